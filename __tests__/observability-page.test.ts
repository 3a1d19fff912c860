import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboards } from '../constructs/observability/dashboards';
import { everyAlert } from '../constructs/observability/every-alert';
import { alertsTable } from '../tools/lib/alerts-table';
import { dashboardPictures, dashboardsGallery, pictureFolder } from '../tools/lib/dashboards-gallery';
import { updateMode } from './support/golden';

const file = 'docs/observability.md';

test.each([
  ['alerts', () => alertsTable(everyAlert)],
  ['dashboards', () => dashboardsGallery(dashboards)],
])('docs/observability.md lists the %s as they are', (name, render) => {
  const block = new RegExp(`<!-- ${name} -->\n([\\s\\S]*)<!-- /${name} -->`);
  const content = `${render()}\n`;
  if (updateMode() === 'all') {
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(block, () => `<!-- ${name} -->\n${content}<!-- /${name} -->`),
    );
  }
  expect(block.exec(readFileSync(file, 'utf8'))?.[1]).toBe(content);
});

test('the pictures show the dashboards as they are, and none is left of one that is gone', () => {
  const folder = join('docs', pictureFolder);
  const pictures = dashboardPictures(dashboards);
  const found = () => readdirSync(folder).filter((name) => name.startsWith('dashboard-'));
  if (updateMode() === 'all') {
    mkdirSync(folder, { recursive: true });
    for (const [name, picture] of pictures) writeFileSync(join(folder, name), picture);
    for (const name of found()) if (!pictures.has(name)) rmSync(join(folder, name));
  }
  expect(found().sort()).toEqual([...pictures.keys()].sort());
  for (const [name, picture] of pictures) expect(readFileSync(join(folder, name), 'utf8')).toBe(picture);
});
