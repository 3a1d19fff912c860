export { Exporter } from './exporter';
export { createExporterServer } from './server';
