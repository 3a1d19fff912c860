import type { AwsEnvironmentInput } from '../../environments/schema';

/** Everything that can be switched on beside the service. */
export const everyPlatformOption = (environment: string) =>
  ({
    karpenter: {
      pools: [
        {
          name: 'spot',
          architecture: 'arm64',
          capacity: ['spot', 'on-demand'],
          limits: { cpus: 32, memoryGiB: 128 },
          weight: 20,
        },
        {
          name: 'x86',
          architecture: 'x86_64',
          capacity: ['on-demand'],
          limits: { cpus: 8, memoryGiB: 32 },
          expireAfterDays: 7,
        },
      ],
      quiet: { schedule: '0 7 * * mon-fri', hours: 11 },
    },
    queueScaling: true,
    istio: true,
    argoCd: {
      highlyAvailable: true,
      host: 'argocd.example.com',
      singleSignOn: {
        issuer: 'https://login.example.com',
        clientId: 'argocd',
        secretName: `holdfast/${environment}/argocd`,
        adminGroup: 'platform-admins',
      },
      teams: [
        {
          name: 'billing',
          group: 'billing-engineers',
          repositories: [{ url: 'https://example.com/billing.git', revision: 'main', path: 'deploy' }],
        },
      ],
    },
  }) satisfies AwsEnvironmentInput['platform'];
