/*
 * Debian's Chromium before the console of a site: what tests/long/test_console
 * runs. Prints "ok - NAME" and "not ok - NAME"; waits for what must be seen,
 * never for a time. From the environment: ORIGIN, TOP (of the site), MODULES
 * (where playwright-core and axe-core are), SHOTS (where pictures go).
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const { ORIGIN, TOP, MODULES, SHOTS, REALM } = process.env;
const require = createRequire(path.join(MODULES, 'x.js'));
const { chromium } = require('playwright-core');
const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WAIT_MS = 120000; // a slow machine beside others

const faults = []; // what the browser complained of
let failed = 0;

function assert(is, what) {
  if (!is) throw new Error(what);
}

// ---- A browser of somebody ----

async function open(browser, user, options = {}) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 900 },
    ...(user && { clientCertificates: [{ origin: ORIGIN,
      certPath: `${TOP}/certs/${user}.pem`, keyPath: `${TOP}/certs/${user}.key` }] }),
    ...options,
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (said) => {
    if (/Content Security Policy|Refused to/.test(said.text())) faults.push(said.text());
  });
  return page;
}

async function go(page, where, title) {
  await page.goto(`${ORIGIN}/console/#${where}`);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await settle(page);
}

// Nothing is awaited any more.
async function settle(page) {
  await page.waitForFunction(() =>
    document.querySelector('h1') && !document.querySelector('main [role=progressbar]'));
}

async function shoot(page, name) {
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

const see = (page, text) => page.getByText(text).first().waitFor();

// ---- Signing in ----

async function signs_in_by_certificate({ alice }) {
  await go(alice, '/me', 'Who I am');
  await see(alice, 'certificate: subject=CN=alice');
  await see(alice, 'Full Administrator in All');
  await shoot(alice, 'me');
}

async function whoever_brings_nothing_is_told_how({ browser }) {
  const page = await open(browser, null);
  await page.goto(`${ORIGIN}/console/`);
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await see(page, 'By client certificate');
  await page.getByLabel('Token').fill('abc');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.refused', { hasNotText: 'Sign in first.' }).waitFor();
  await shoot(page, 'sign-in');
  await page.context().close();
}

// ---- What may be done ----

async function what_is_denied_is_grey_and_says_why({ dave }) {
  await go(dave, '/objects/SMS_Collection', 'SMS_Collection');
  const create = dave.getByRole('button', { name: 'Create' });
  await create.waitFor();
  await create.hover();
  await dave.getByRole('tooltip', { name: "None of the caller's roles has the operation." }).waitFor();
  assert(await create.getAttribute('aria-disabled') === 'true', 'it can be pressed');
  await shoot(dave, 'denied-before');
}

async function a_refusal_shows_reason_and_next_step({ dave }) {
  await go(dave, '/objects/SMS_Collection/+', 'New SMS_Collection');
  await dave.locator('#field-Name').fill('Not mine');
  await dave.locator('#field-LimitToCollectionID').fill('SMS00001');
  await dave.getByRole('button', { name: 'Create' }).click();
  await see(dave, "None of the caller's roles has the operation.");
  await see(dave, /^Record \d+$/);
  await dave.getByRole('link', { name: 'Why?', exact: true }).click();
  await see(dave, 'dave@' + REALM + ' may not Create on SMS_Collection');
  await shoot(dave, 'denied-why');
}

async function an_allowed_act_is_done({ alice }) {
  await go(alice, '/objects/SMS_Collection', 'SMS_Collection');
  await alice.getByRole('button', { name: 'Create' }).click();
  await alice.locator('#field-Name').fill('Seen by eye');
  await alice.locator('#field-LimitToCollectionID').fill('SMS00001');
  await alice.getByRole('button', { name: 'Create' }).click();
  await alice.getByRole('button', { name: 'Edit' }).click();
  await alice.locator('#field-Comment').fill('changed here');
  await alice.getByRole('button', { name: 'Save' }).click();
  await see(alice, 'changed here');
  await shoot(alice, 'object');
  await alice.getByRole('button', { name: 'Delete' }).click();
  await alice.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await alice.getByRole('heading', { level: 1, name: 'SMS_Collection', exact: true }).waitFor();
}

async function a_decision_is_drawn({ alice }) {
  await go(alice, '/access', 'Access: why?');
  await alice.getByLabel('User (empty: me)').fill(`carol@${REALM}`);
  await alice.getByLabel('Type').selectOption('SMS_Application');
  await alice.getByLabel('Operation', { exact: true }).selectOption('Create');
  await alice.getByRole('button', { name: 'Why?' }).click();
  await see(alice, `carol@${REALM} may not Create on SMS_Application`);
  await see(alice, 'role: missing here');
  await see(alice, /Smallest change: add Create on SMS_Application to the role Narrow/);
  await shoot(alice, 'why');
  const link = alice.url();
  const other = await alice.context().newPage();
  await other.goto(link);
  await see(other, 'role: missing here');
  await other.close();
}

// ---- Lists ----

async function many_devices_are_paged({ alice }) {
  await go(alice, '/objects/SMS_R_System?order=Name', 'SMS_R_System');
  const shows = (number) => alice.getByRole('link', { name: `DEVICE-${number}`, exact: true }).waitFor();
  await shows('000000');
  await see(alice, /50 shown of \d{4}/);
  await alice.getByRole('button', { name: 'Next' }).click();
  await shows('000050');
  await alice.getByRole('button', { name: 'Next' }).click();
  await shows('000100');
  await alice.getByRole('button', { name: 'Previous' }).click();
  await shows('000050');
  await alice.getByLabel(/^Filter/).fill("Name = 'DEVICE-001234'");
  await alice.getByRole('button', { name: 'Filter' }).click();
  await shows('001234');
  await see(alice, '1 shown of 1');
  await alice.getByLabel(/^Filter/).fill('Nonsense = 3');
  await alice.getByRole('button', { name: 'Filter' }).click();
  await alice.locator('.refused').waitFor();
}

// ---- Policy ----

async function a_policy_is_planned_applied_and_taken_back({ alice }) {
  await go(alice, '/policy/edit', 'Edit the policy');
  const text = alice.getByLabel('policy.yaml');
  const before = await text.inputValue();
  await text.fill(before.replace('roles: [Narrow]', 'roles: 3'));
  await see(alice, 'The text is not valid');
  await text.fill(before.replace('roles: [Narrow]', 'roles: [Narrow, Application Author]'));
  await see(alice, 'The text is valid');
  await alice.getByRole('button', { name: 'Plan' }).click();
  await see(alice, '1 changes of the policy');
  await see(alice, `carol@${REALM}: `);
  await shoot(alice, 'plan');
  await alice.getByRole('button', { name: 'Apply this plan' }).click();
  await alice.getByLabel('Why (kept with the version)').fill('seen by eye');
  await shoot(alice, 'apply');
  await alice.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await see(alice, '2 (applied)');
  await see(alice, 'seen by eye');
  await alice.getByRole('link', { name: 'Compare: version 1' }).click();
  await see(alice, '1 changes of the policy');
  await go(alice, '/policy', 'Policy');
  await alice.getByRole('button', { name: 'Back to 1' }).click();
  await see(alice, '1 changes of the policy');
  await shoot(alice, 'back');
  await alice.getByRole('dialog').getByRole('button', { name: 'Go back' }).click();
  await see(alice, '3 (applied)');
  await shoot(alice, 'versions');
}

// ---- Audit ----

async function the_audit_explains_a_refusal({ alice }) {
  await go(alice, '/audit', 'Audit');
  await alice.getByRole('button', { name: 'Check the chain' }).click();
  await see(alice, 'The chain is intact');
  await alice.getByLabel('outcome').fill('denied');
  await alice.getByRole('button', { name: 'Filter' }).click();
  await alice.waitForURL(/outcome=denied/);
  await settle(alice);
  await alice.getByRole('region', { name: 'Records' }).getByRole('link').first().click();
  await see(alice, 'The same question today');
  await see(alice, /may not Create on SMS_Collection/);
  await shoot(alice, 'record');
}

// ---- Hands, eyes and wires ----

async function a_keyboard_is_enough({ alice }) {
  await alice.goto('about:blank'); // the next page is a new one
  await go(alice, '/', 'Overview');
  await alice.keyboard.press('Tab');
  assert(await alice.evaluate(() => document.activeElement.textContent) === 'Skip to content', 'no way past the pages');
  await alice.keyboard.press('Enter');
  assert(await alice.evaluate(() => document.activeElement.id) === 'content', 'the content has no focus');
  await alice.getByRole('link', { name: 'Roles' }).focus();
  await alice.keyboard.press('Enter');
  await alice.getByRole('heading', { level: 1, name: 'Roles' }).waitFor();
}

async function a_dropped_connection_is_told_and_taken_up_again({ browser }) {
  const page = await open(browser, 'alice');
  await page.route('**/rpc', (route) => route.abort());
  await page.goto(`${ORIGIN}/console/`);
  await see(page, 'The provider does not answer.');
  await page.unroute('**/rpc');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.context().close();
}

const PAGES = [
  ['/', 'Overview'], ['/me', 'Who I am'], ['/objects', 'Objects'],
  ['/objects/SMS_R_System', 'SMS_R_System'],
  ['/objects/SMS_Collection/SMS00001', 'SMS_Collection SMS00001'],
  ['/objects/SMS_Collection/+', 'New SMS_Collection'],
  ['/collections/SMS00001', 'Collections'],
  ['/administrators', 'Administrators'], ['/roles', 'Roles'],
  ['/roles/SMS0001R', 'Role Full Administrator'],
  ['/scopes', 'Security scopes'],
  [`/access?user=carol@${REALM}&class=SMS_Application&operation=Create`, 'Access: why?'],
  ['/policy', 'Policy'], ['/policy/edit', 'Edit the policy'],
  ['/policy/diff/1/2', 'From version 1 to 2'], ['/audit', 'Audit'],
  ['/audit/3', 'Record 3'], ['/level', 'Authentication level'],
  ['/nothing', 'No such page'],
];

async function look(page, where) {
  const found = await page.evaluate(`(async () => { ${AXE};
    const all = await window.axe.run(document, { runOnly: ${JSON.stringify(RULES)} });
    return all.violations.map((one) => one.id + ': ' + one.nodes[0].html.slice(0, 200)); })()`);
  assert(found.length === 0, `${where}: ${found.join('; ')}`);
  const is_wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert(!is_wide, `${where} is wider than the window`);
}

async function everybody_can_use_every_page({ browser }, name, options) {
  const page = await open(browser, 'alice', options);
  for (const [where, title] of PAGES) {
    await go(page, where, title);
    await look(page, where);
    await shoot(page, `${name}${where.replace(/\W+/g, '-').slice(0, 40)}`);
  }
  await page.context().close();
}

const at_a_desk_in_the_light = (all) => everybody_can_use_every_page(all, 'light', {});
const on_a_phone_in_the_dark = (all) => everybody_can_use_every_page(all, 'dark',
  { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });

async function nothing_was_forbidden_or_failed() {
  assert(faults.length === 0, faults.join('\n'));
}

const CASES = [
  signs_in_by_certificate, whoever_brings_nothing_is_told_how,
  what_is_denied_is_grey_and_says_why, a_refusal_shows_reason_and_next_step,
  an_allowed_act_is_done, a_decision_is_drawn, many_devices_are_paged,
  a_policy_is_planned_applied_and_taken_back, the_audit_explains_a_refusal,
  a_keyboard_is_enough, a_dropped_connection_is_told_and_taken_up_again,
  at_a_desk_in_the_light, on_a_phone_in_the_dark,
  nothing_was_forbidden_or_failed,
];

async function run(name, act) {
  try {
    await act();
    console.log(`ok - ${name.replaceAll('_', ' ')}`);
  } catch (error) {
    failed++;
    console.log(`not ok - ${name.replaceAll('_', ' ')}`);
    console.log(String(error.stack ?? error).replace(/^/gm, '#   '));
  }
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const all = { browser, alice: await open(browser, 'alice'), dave: await open(browser, 'dave') };
for (const one of CASES) await run(one.name, () => one(all));
await browser.close();
process.exit(failed > 0 ? 1 : 0);
