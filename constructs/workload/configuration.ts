import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import { Fn, type ITerraformDependable, Token } from 'cdktf';
import { Construct } from 'constructs';
import {
  type FlagOverrides,
  flagFileName,
  type PlainSettingsInput,
  renderFlagFile,
  renderPlainSettings,
} from '../../app/src/contract';
import { escapeTemplate } from '../core/tf-json';
import { sharedLabels } from './labels';
import { objectNames } from './layout';

export interface ConfigurationProps {
  readonly namespace: string;
  readonly owner: string;
  /** Plain settings; checked by the contract's own rules, as the service will check them. */
  readonly settings: PlainSettingsInput;
  /** Values instead of the flags' defaults. */
  readonly flags: FlagOverrides;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * What every role reads: its settings as environment variables, its flags as a file. A changed setting restarts the
 * pods (`settingsChecksum`), a changed flag doesn't: the service follows the file.
 */
export class Configuration extends Construct {
  readonly settings: ConfigMapV1;
  readonly flags: ConfigMapV1;
  /** Changes with every setting, also with those that Terraform fills in. */
  readonly settingsChecksum: string;

  constructor(scope: Construct, id: string, props: ConfigurationProps) {
    super(scope, id);
    const { data, problems } = renderPlainSettings(props.settings, Token.isUnresolved);
    this.node.addValidation({ validate: () => problems.map(({ key, message }) => `${key} ${message}`) });

    const metadata = (name: string) => ({
      name,
      namespace: props.namespace,
      labels: sharedLabels(props.owner),
    });
    this.settings = new ConfigMapV1(this, 'settings', {
      metadata: metadata(objectNames.settings),
      data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, literal(value)])),
      dependsOn: [...props.dependsOn],
    });
    this.settingsChecksum = Fn.sha256(Fn.jsonencode(this.settings.data));
    this.flags = new ConfigMapV1(this, 'flags', {
      metadata: metadata(objectNames.flags),
      data: { [flagFileName]: escapeTemplate(`${JSON.stringify(renderFlagFile(props.flags), null, 2)}\n`) },
      dependsOn: [...props.dependsOn],
    });
  }
}

/** Text that Terraform must not read as a template; tokens are templates. */
const literal = (value: string): string => (Token.isUnresolved(value) ? value : escapeTemplate(value));
