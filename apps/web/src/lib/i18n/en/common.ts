export const common = {
  title: 'AIGC Space',
};
