/* Dark or light: as the system says, unless it was chosen here. */
const CHOICE = 'smsprovider.theme';

export function isDark(): boolean {
  const chosen = localStorage.getItem(CHOICE);
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export function applyTheme() {
  document.documentElement.classList.toggle('pf-v6-theme-dark', isDark());
}

export function chooseTheme(dark: boolean) {
  localStorage.setItem(CHOICE, dark ? 'dark' : 'light');
  applyTheme();
}
