/**
 * Commit messages: Conventional Commits (CONTRIBUTING.md). The hook `commit-msg` and the workflow of pull requests hold them.
 */
module.exports = {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'type-enum': [
      2,
      'always',
      // `merge` says what comes together where Git's own sentence, which is never looked at, would not.
      ['build', 'chore', 'ci', 'docs', 'feat', 'fix', 'merge', 'perf', 'refactor', 'revert', 'style', 'test'],
    ],
    // A subject may start with a name that has capitals: AWS, Terraform, Ctrl-C.
    'subject-case': [0],
    // A subject says what changes for whom, which seldom fits into the usual 72.
    'header-max-length': [2, 'always', 120],
    // Why is told in prose; how it wraps is nobody's concern.
    'body-max-line-length': [0],
    'footer-max-line-length': [0],
  },
};
