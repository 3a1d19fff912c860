import { type Dashboard, dashboardModel } from '../../constructs/observability/dashboards/dashboard';
import { dashboardPicture } from './dashboard-picture';

/** Where the pictures lie, beside docs/observability.md. */
export const pictureFolder = 'pictures';

/** File of a dashboard's picture. */
export const pictureFile = ({ uid }: Dashboard): string => `${uid.replace('holdfast-', 'dashboard-')}.svg`;

/** Pictures by their files. */
export const dashboardPictures = (dashboards: readonly Dashboard[]): ReadonlyMap<string, string> =>
  new Map(
    dashboards.map((dashboard) => [pictureFile(dashboard), dashboardPicture(dashboardModel(dashboard))]),
  );

/** The dashboards as docs/observability.md shows them: what each is for, where it is, and how it is laid out. */
export function dashboardsGallery(dashboards: readonly Dashboard[]): string {
  const rows = dashboards.map(
    ({ title, uid, description }) => `| ${title} | \`/d/${uid}\` | ${description} |`,
  );
  const pictures = dashboards.map(
    (dashboard) => `![Layout of ${dashboard.title}](${pictureFolder}/${pictureFile(dashboard)})`,
  );
  return ['| dashboard | address | shows |', '|---|---|---|', ...rows, '', pictures.join('\n\n')].join('\n');
}
