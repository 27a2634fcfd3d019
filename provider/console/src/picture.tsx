/* A decision as a small picture: each grant as a chain of what it needs, and
 * the link that is missing. */
import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';

import type { Decision, Finding, Named } from './asking';

/* Which link of a grant a reason is about. */
const LACKS: Record<string, string> = {
  'role-lacks-operation': 'role',
  'out-of-scope': 'where',
  'outside-collections': 'where',
  'directly-assigned': 'where',
  'level-too-low': 'level',
  'not-yet-valid': 'time',
  expired: 'time',
};

const CHANGES: Record<string, (finding: Finding, what: string) => string> = {
  'add-operation': (one, what) => `add ${what} to the role ${one.role?.name ?? ''}`,
  'add-scope': (one) => `give the role ${one.role?.name ?? ''} in a scope that the object is in`,
  'add-collection': (one) => `give the role ${one.role?.name ?? ''} in a collection that has the object`,
  'sign-in-at': (one) => `sign in at the level ${String(one.level_required ?? one.change?.level ?? 'required')}`,
  'extend-time': () => 'extend the time of the assignment',
  'add-assignment': (_, what) => `assign a role that has ${what}`,
  'remove-collection': () => 'remove the collection from the assignment',
};

const nameOf = (value: unknown) => (value as Named | undefined)?.name;

function change(finding: Finding, what: string): string {
  const kind = finding.change?.kind;
  if (!kind || kind === 'none') return '';
  const to = nameOf(finding.change?.scope) ?? nameOf(finding.change?.collection) ?? nameOf(finding.change?.role);
  return `Smallest change: ${(CHANGES[kind] ?? (() => kind))(finding, what)}${to ? ` (${to})` : ''}.`;
}

function Link({ part, name, fault, isAllowed }: { part: string; name: string; fault: string | undefined; isAllowed: boolean }) {
  const lacks = !isAllowed && fault === part;
  const words: Record<string, string> = { who: 'administrator', role: 'role', where: 'scope or collection', level: 'level', time: 'time' };
  return (
    <li className={lacks ? 'lacks' : isAllowed ? 'holds' : ''}>
      <span className="part">{`${words[part]}${lacks ? ': missing here' : ''}`}</span>
      {name}
    </li>
  );
}

function Chain({ finding, what }: { finding: Finding; what: string }) {
  const isAllowed = finding.code === 'allowed';
  const fault = LACKS[finding.code];
  const parts: [string, string | undefined][] = [
    ['who', `${finding.administrator}, assignment ${finding.assignment}`],
    ['role', finding.role?.name],
    ['where', finding.scope?.name ?? finding.collection?.name ?? (fault === 'where' ? 'none that covers it' : undefined)],
    ['level', finding.level_required ?? (fault === 'level' ? 'higher' : undefined)],
    ['time', fault === 'time' ? 'not now' : undefined],
  ];
  return (
    <section>
      <ul className="decision">
        {parts.map(([part, name]) => name && <Link key={part} part={part} name={name} fault={fault} isAllowed={isAllowed} />)}
      </ul>
      <p>{`${finding.text} ${change(finding, what)}`}</p>
    </section>
  );
}

export function Picture({ decision, operation, type, of }: {
  decision: Decision;
  operation: string;
  type: string;
  of: string;
}) {
  const what = `${operation} on ${type}${of ? ` ${of}` : ''}`;
  const title = `${decision.user} ${decision.allowed ? 'may' : 'may not'} ${what}`;
  return (
    <div className="picture">
      <Alert isInline variant={decision.allowed ? 'success' : 'warning'} title={title} component="h2">
        <p>{`${decision.text} Asked for level ${decision.level}.`}</p>
      </Alert>
      <Title headingLevel="h2" className="section">{decision.allowed ? 'What allows it' : 'The nearest grants, and what each lacks'}</Title>
      {decision.findings.length === 0 && (
        <p>{`No grant comes near. Smallest change: assign a role that has ${operation} on ${type}, where the object is.`}</p>
      )}
      {decision.findings.map((one, index) => <Chain key={index} finding={one} what={`${operation} on ${type}`} />)}
    </div>
  );
}
