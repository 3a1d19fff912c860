/**
 * The way in from the internet, as the platform stack makes it and as routes name it; both must say the same.
 */
export const publicGateway = {
  namespace: 'edge',
  name: 'public',
  className: 'holdfast-public',
  /** What the AWS Load Balancer Controller looks for; another controller's classes are none of its business. */
  controllerName: 'gateway.k8s.aws/alb',
  /** Listeners, as routes name them. */
  listeners: { http: 'http', https: 'https' },
} as const;

/** Only routes of namespaces with this label are taken: a route may claim any name and path. */
export const mayRoute = { 'holdfast/public-routes': 'allowed' } as const;

/** The controller puts a condition into pods that it finds here: ready once their load balancer sends them requests. */
export const readinessGates = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } as const;
