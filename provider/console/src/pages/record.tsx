/* One record of the audit; a refusal with why it is one. */
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';
import { Link, useParams } from 'react-router';

import { type Decision, type Page, useAsk } from '../asking';
import { Grid } from '../grid';
import { Picture } from '../picture';
import type { Row } from '../rpc';
import { Answer, plain, Screen } from '../show';

/* What the rights of today say to the same question. */
function Today({ of }: { of: Row }) {
  const key = plain(of.key);
  const decision = useAsk<Decision>('access.explain', {
    user: of.user, class: of.class, operation: of.operation, ...(key && { key }),
  });
  return (
    <>
      <Title headingLevel="h2" className="section">The same question today</Title>
      <Answer of={decision}>
        {(data) => <Picture decision={data} operation={plain(of.operation)} type={plain(of.class)} of={key} />}
      </Answer>
    </>
  );
}

function Shown({ of }: { of: Row }) {
  return (
    <>
      <Grid label="Record" rows={Object.entries(of)} columns={[
        { id: 'name', header: 'Field', cell: ({ row }) => row.original[0] },
        { id: 'value', header: 'Value', cell: ({ row }) => plain(row.original[1]) },
      ]} />
      {Boolean(of.user && of.class && of.operation) && <Today of={of} />}
    </>
  );
}

export default function AuditRecord() {
  const { id = '' } = useParams();
  const page = useAsk<Page>('audit.query', { after: Number(id) + 1, limit: 1 });
  return (
    <Screen title={`Record ${id}`}>
      <p><Link to="/audit">All records</Link></p>
      <Answer of={page}>
        {({ items: [first] }) => (first && String(first.id) === id ? <Shown of={first} /> : <p>There is no such record.</p>)}
      </Answer>
    </Screen>
  );
}
