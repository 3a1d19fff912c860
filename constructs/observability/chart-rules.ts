/** Groups of the chart that record what its dashboards draw. Its alerts are off: they lead to no runbook of ours. */
const recordingGroups = {
  k8sContainerCpuUsageSecondsTotal: true,
  k8sContainerMemoryCache: true,
  k8sContainerMemoryRss: true,
  k8sContainerMemorySwap: true,
  k8sContainerResource: true,
  k8sContainerMemoryWorkingSetBytes: true,
  k8sPodOwner: true,
  kubeApiserverAvailability: true,
  kubeApiserverBurnrate: true,
  kubeApiserverHistogram: true,
  kubelet: true,
  kubePrometheusGeneral: true,
  kubePrometheusNodeRecording: true,
  node: true,
  nodeExporterRecording: true,
} as const;
const alertingGroups = {
  alertmanager: false,
  configReloaders: false,
  general: false,
  kubeApiserverSlos: false,
  kubernetesApps: false,
  kubernetesResources: false,
  kubernetesStorage: false,
  kubernetesSystem: false,
  kubeStateMetrics: false,
  network: false,
  nodeExporterAlerting: false,
  prometheus: false,
  prometheusOperator: false,
  // EKS runs these itself and shows no metrics of them; there is no Windows.
  etcd: false,
  kubeControllerManager: false,
  kubeProxy: false,
  kubeSchedulerAlerting: false,
  kubeSchedulerRecording: false,
  windows: false,
} as const;

/** Which of the rules that kube-prometheus-stack brings are made. */
export const chartRules = { create: true, rules: { ...recordingGroups, ...alertingGroups } } as const;
