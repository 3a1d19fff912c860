/** VitePress' own theme, with the contrasts that WCAG AA asks for. */
import theme from 'vitepress/theme-without-fonts';
import './contrast.css';

export default theme;
