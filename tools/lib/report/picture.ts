import { pictureStyle } from '../diagrams/svg';
import { Html } from './html';

/** What pictures look like, once for the page; in a block, so that it reaches nothing else. */
export const picturesStyle = `figure svg { ${pictureStyle} }`;

/** A picture in the page itself. Its ids get a prefix, because a page has each only once. */
export function inlined(svg: string, prefix: string): Html {
  const inside = svg
    .replace(/<style>[\s\S]*?<\/style>\n?/, '')
    .replaceAll(/ id="([^"]+)"/g, ` id="${prefix}-$1"`)
    .replaceAll('url(#', `url(#${prefix}-`)
    .replace(/aria-labelledby="([^"]+)"/, (_, ids: string) => {
      const own = ids.split(' ').map((id) => `${prefix}-${id}`);
      return `aria-labelledby="${own.join(' ')}"`;
    });
  const title = /<title[^>]*>([^<]*)</.exec(svg)?.[1] ?? '';
  return new Html(
    `<figure class="scroll" tabindex="0" aria-label="${title}">${inside}<figcaption>${title}</figcaption></figure>\n`,
  );
}
