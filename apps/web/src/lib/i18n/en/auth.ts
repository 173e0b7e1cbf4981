export const auth = {
  title: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  name: 'Name',
  signIn: 'Sign in',
  wait: (seconds: number): string =>
    `Too many attempts. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
  noAccount: 'No account yet?',
  register: 'Create an account',
  registerText: 'An account of your own, with its own keys, models and balance.',
  haveAccount: 'Already have an account?',
  passwordHint: 'At least 8 characters. Length counts more than special characters.',
  forgotten: 'Forgot your password? An administrator can set a new one.',
};
