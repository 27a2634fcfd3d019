/* What a plan or a comparison of policies changes: records, and exactly whose
 * rights, grouped by user so that a person can read a thousand of them. */
import { ExpandableSection } from '@patternfly/react-core/dist/dynamic/components/ExpandableSection';
import { Label } from '@patternfly/react-core/dist/dynamic/components/Label';
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';
import { useState } from 'react';

import { Grid } from './grid';

interface Change {
  change: string;
  what: string;
  name: string;
  at?: string;
  gained?: string[];
  lost?: string[];
}

interface Right {
  user: string;
  class: string;
  operations: string[];
  where: string;
  category?: string;
  before: string | null;
  after: string | null;
  objects?: number;
  devices?: number;
}

export interface Difference {
  changes: Change[];
  rights: Right[];
  n_changes: number;
  n_rights: number;
  cut: boolean;
}

function direction(right: Right): 'gains' | 'loses' | 'changes' {
  if (right.before === null) return 'gains';
  return right.after === null ? 'loses' : 'changes';
}

const COLORS = { gains: 'orange', loses: 'blue', changes: 'grey' } as const;

function reach(right: Right): string {
  const where = right.where === 'everywhere' ? 'everywhere' : `${right.where} ${right.category ?? ''}`;
  const parts = [right.objects ? `${right.objects} objects` : '', right.devices ? `${right.devices} devices` : ''].filter(Boolean);
  return parts.length ? `${where} (${parts.join(', ')})` : where;
}

function User({ name, rights }: { name: string; rights: Right[] }) {
  const [isOpen, setOpen] = useState(true);
  const n = (what: string) => rights.filter((one) => direction(one) === what).length;
  return (
    <ExpandableSection isExpanded={isOpen} onToggle={(_, now) => setOpen(now)} isIndented
      toggleText={`${name}: ${n('gains')} gained, ${n('loses')} lost, ${n('changes')} at another level`}>
      <Grid label={`Rights of ${name}`} rows={rights} columns={[
        { id: 'how', header: 'How', cell: ({ row }) => <Label color={COLORS[direction(row.original)]}>{direction(row.original)}</Label> },
        { id: 'type', header: 'Type', accessorKey: 'class' },
        { id: 'operations', header: 'Operations', cell: ({ row }) => row.original.operations.join(', ') },
        { id: 'where', header: 'Where', cell: ({ row }) => reach(row.original) },
        { id: 'level', header: 'Level', cell: ({ row }) => `${row.original.before ?? 'none'} → ${row.original.after ?? 'none'}` },
      ]} />
    </ExpandableSection>
  );
}

function byUser(rights: Right[]): [string, Right[]][] {
  const users = new Map<string, Right[]>();
  for (const one of rights) users.set(one.user, [...(users.get(one.user) ?? []), one]);
  return [...users];
}

export function Shown({ of }: { of: Difference }) {
  return (
    <>
      <Title headingLevel="h2" className="section">{`${of.n_changes} changes of the policy`}</Title>
      {of.changes.length > 0 && (
        <Grid label="Changes" rows={of.changes} columns={[
          { id: 'change', header: 'Change', accessorKey: 'change' },
          { id: 'what', header: 'What', cell: ({ row }) => `${row.original.what} ${row.original.name}` },
          { id: 'gained', header: 'Gained', cell: ({ row }) => row.original.gained?.join('; ') ?? '' },
          { id: 'lost', header: 'Lost', cell: ({ row }) => row.original.lost?.join('; ') ?? '' },
          { id: 'at', header: 'At', cell: ({ row }) => row.original.at ?? '' },
        ]} />
      )}
      <Title headingLevel="h2" className="section">{`${of.n_rights} changes of rights`}</Title>
      {byUser(of.rights).map(([name, rights]) => <User key={name} name={name} rights={rights} />)}
      {of.cut && <p>There are more than are shown here.</p>}
    </>
  );
}
