/* What stands around every page; who is not signed in sees how to. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import {
  Masthead, MastheadBrand, MastheadContent, MastheadMain, MastheadToggle,
} from '@patternfly/react-core/dist/dynamic/components/Masthead';
import { Nav, NavItem, NavList } from '@patternfly/react-core/dist/dynamic/components/Nav';
import {
  Page, PageSidebar, PageSidebarBody, PageToggleButton,
} from '@patternfly/react-core/dist/dynamic/components/Page';
import { SkipToContent } from '@patternfly/react-core/dist/dynamic/components/SkipToContent';
import { Spinner } from '@patternfly/react-core/dist/dynamic/components/Spinner';
import BarsIcon from '@patternfly/react-icons/dist/esm/icons/bars-icon';
import MoonIcon from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import SunIcon from '@patternfly/react-icons/dist/esm/icons/sun-icon';
import { Suspense, useState } from 'react';
import { Link, Outlet, useLocation } from 'react-router';

import { useWhoami } from './asking';
import { isNotSignedIn } from './rpc';
import { Level, Refused, Screen } from './show';
import { SignIn } from './signin';
import { chooseTheme, isDark } from './theme';

const PAGES: [string, string][] = [
  ['/', 'Overview'],
  ['/objects', 'Objects'],
  ['/collections', 'Collections'],
  ['/administrators', 'Administrators'],
  ['/roles', 'Roles'],
  ['/scopes', 'Security scopes'],
  ['/access', 'Access: why?'],
  ['/policy', 'Policy'],
  ['/audit', 'Audit'],
  ['/level', 'Authentication level'],
  ['/me', 'Who I am'],
];

function Bar() {
  const [dark, setDark] = useState(isDark());
  const who = useWhoami();
  const turn = () => {
    chooseTheme(!dark);
    setDark(!dark);
  };
  return (
    <Masthead display={{ default: 'inline' }}>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton aria-label="Navigation" isHamburgerButton={false}>
            <BarsIcon />
          </PageToggleButton>
        </MastheadToggle>
        <MastheadBrand>
          <Link to="/">SMS Provider</Link>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        {who.data && (
          <Link to="/me" className="long">
            {who.data.user} <Level name={who.data.level} />
          </Link>
        )}
        <Button variant="plain" aria-label={dark ? 'Light colours' : 'Dark colours'} onClick={turn}
          icon={dark ? <SunIcon /> : <MoonIcon />} />
      </MastheadContent>
    </Masthead>
  );
}

function Side() {
  const { pathname } = useLocation();
  return (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label="Pages">
          <NavList>
            {PAGES.map(([to, title]) => (
              <NavItem key={to} isActive={to === '/' ? pathname === '/' : pathname.startsWith(to)}>
                <Link to={to}>{title}</Link>
              </NavItem>
            ))}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}

function Inside() {
  const who = useWhoami();
  if (isNotSignedIn(who.error)) return <SignIn refusal={who.error} />;
  if (who.error)
    return (
      <Screen title="Not connected">
        <Refused error={who.error} />
        <Button onClick={() => who.refetch()}>Try again</Button>
      </Screen>
    );
  if (!who.data) return <Spinner aria-label="Signing in" />;
  return (
    <Suspense fallback={<Spinner aria-label="Loading" />}>
      <Outlet />
    </Suspense>
  );
}

export function Frame() {
  const toContent = (event: React.MouseEvent) => {
    event.preventDefault();
    document.getElementById('content')?.focus();
  };
  return (
    <Page masthead={<Bar />} sidebar={<Side />} isManagedSidebar mainContainerId="content"
      skipToContent={<SkipToContent href="#content" onClick={toContent}>Skip to content</SkipToContent>}>
      <Inside />
    </Page>
  );
}
