import { bootstrapPlan } from '../../tools/lib/bootstrap';

const plan = (bootstrapState: 'local' | 's3', hasLocalState: boolean) =>
  bootstrapPlan({ name: 'nonprod', bootstrapState }, hasLocalState);

describe('bootstrap', () => {
  test('begins beside the code, and says how it goes on', () => {
    expect(plan('local', false)).toEqual({
      commands: [['init'], ['apply']],
      next: expect.stringMatching(/bootstrapState: 's3' for nonprod in environments\/accounts\.ts/),
    });
    expect(plan('local', true)).toEqual(plan('local', false));
  });

  test('moves a state that lies beside the code, and applies nothing on the way', () => {
    const { commands, next } = plan('s3', true);
    expect(commands).toEqual([
      ['init', '-migrate-state'],
      ['plan', '-detailed-exitcode'],
    ]);
    expect(next).toContain('delete .state/bootstrap-nonprod.tfstate*');
  });

  test('is applied like any other stack once its state lies in the bucket', () => {
    expect(plan('s3', false)).toEqual({ commands: [['init'], ['apply']], next: '' });
  });
});
