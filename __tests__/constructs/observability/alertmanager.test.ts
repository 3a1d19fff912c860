import {
  alertmanagerConfig,
  neededKeys,
  type Receivers,
} from '../../../constructs/observability/alertmanager';
import { clusterAlerts } from '../../../constructs/observability/cluster-alerts';
import { serviceAlerts } from '../../../constructs/observability/service-alerts';

const names = [...serviceAlerts, ...clusterAlerts].flatMap(({ alerts }) => alerts.map(({ name }) => name));
const slack: Receivers = {
  slack: { channel: '#alerts', severities: ['critical', 'warning'] },
  deadMansSwitch: false,
};
const sunday = {
  name: 'patching',
  weekdays: ['sunday'],
  from: '02:00',
  to: '04:00',
  severities: ['warning'],
} as const;

test('nobody is told by default, and "null" is there for Watchdog', () => {
  const config = alertmanagerConfig({ deadMansSwitch: false }, []);
  expect(config.receivers).toEqual([{ name: 'null' }]);
  expect(config.route.receiver).toBe('null');
  expect(config.route.routes).toEqual([
    expect.objectContaining({ receiver: 'null', matchers: ['alertname = "Watchdog"'] }),
  ]);
});

test('inhibition is between alerts that there are', () => {
  const { inhibit_rules } = alertmanagerConfig(slack, []);
  const named = inhibit_rules
    .flatMap(({ source_matchers, target_matchers }) => [...source_matchers, ...target_matchers])
    .flatMap((matcher) => /^alertname =~? "(.+)"$/.exec(matcher)?.[1]?.split('|') ?? []);
  expect(named).toContain('RoleAbsent');
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
  // What silences others must not be silenced by them: nobody would be told.
  const silenced = inhibit_rules.flatMap(({ target_matchers }) => target_matchers).join(' ');
  expect(silenced).not.toMatch(/RoleAbsent|QueueStalled|critical/);
});

test('a maintenance window mutes the severities that it names, in UTC, and no others', () => {
  const { route, time_intervals } = alertmanagerConfig(slack, [sunday]);
  const muted = route.routes.map((one) => [
    one.matchers[0],
    (one as { mute_time_intervals?: string[] }).mute_time_intervals,
  ]);
  expect(muted).toEqual([
    ['alertname = "Watchdog"', undefined],
    ['severity = "critical"', undefined],
    ['severity = "warning"', ['patching']],
  ]);
  expect(time_intervals).toEqual([
    {
      name: 'patching',
      time_intervals: [
        { weekdays: ['sunday'], times: [{ start_time: '02:00', end_time: '04:00' }], location: 'UTC' },
      ],
    },
  ]);
});

test('only what is in use has to be in the secret', () => {
  expect(neededKeys({ deadMansSwitch: false })).toEqual([]);
  expect(neededKeys(slack)).toEqual(['slack-webhook-url']);
  expect(neededKeys({ pagerDuty: { severities: ['critical'] }, deadMansSwitch: true })).toEqual([
    'pagerduty-routing-key',
    'dead-mans-switch-url',
  ]);
});
