import { serviceImage } from '../compose/images';
import type { Laptop, LaptopKind } from './laptop';
import { must, type Programs } from './programs';

/** How an image of this machine gets into a cluster's nodes. Not named: its nodes see Docker's images as they are. */
const loading: Readonly<Partial<Record<LaptopKind, (cluster: string) => readonly [string, ...string[]]>>> = {
  kind: (cluster) => ['kind', 'load', 'docker-image', serviceImage, '--name', cluster],
  k3d: (cluster) => ['k3d', 'image', 'import', serviceImage, '--cluster', cluster],
  minikube: (cluster) => ['minikube', 'image', 'load', serviceImage, '--profile', cluster],
};

/**
 * The image's file set depends on what is committed alone, and so do the times in it: BuildKit takes SOURCE_DATE_EPOCH for
 * those that it writes.
 */
export function buildCommand(run: Programs): readonly [string, ...string[]] {
  const git = (...args: string[]) => {
    const { status, output } = run(['git', ...args]);
    return status === 0 ? output : undefined;
  };
  const revision = git('rev-parse', 'HEAD');
  const epoch = git('log', '-1', '--format=%ct');
  return [
    ...(['docker', 'build', '--file', 'app/Dockerfile', '--tag', serviceImage] as const),
    ...(revision ? ['--build-arg', `REVISION=${revision}`] : []),
    ...(epoch ? ['--build-arg', `SOURCE_DATE_EPOCH=${epoch}`] : []),
    '.',
  ];
}

/** Id of the image as Docker has it now; nothing where it has none. */
export function imageId(run: Programs): string | undefined {
  const { status, output } = run(['docker', 'image', 'inspect', '--format', '{{.Id}}', serviceImage]);
  return status === 0 ? output : undefined;
}

/**
 * Builds the image and hands it to the cluster's nodes. Returns whether it is another one than before.
 *
 * @throws Error with a sentence where Docker or the cluster's program is missing, or fails
 */
export function provideImage(run: Programs, laptop: Laptop | undefined): boolean {
  const docker = run(['docker', 'info']);
  if (docker.status === 127) {
    throw new Error(
      `docker was not found; it builds the image: install Docker, or put ${serviceImage} into the cluster’s nodes yourself and add --no-build`,
    );
  }
  if (docker.status !== 0) {
    throw new Error('Docker’s engine does not answer: start Docker Desktop, or the docker service');
  }
  const before = imageId(run);
  must(run, buildCommand(run), 'builds the image', 'install Docker');
  const load = laptop && loading[laptop.kind]?.(laptop.cluster);
  if (load) {
    must(
      run,
      load,
      'hands the image to the cluster’s nodes',
      `install ${load[0]}, or load ${serviceImage} yourself and add --no-build`,
    );
  }
  return imageId(run) !== before;
}
