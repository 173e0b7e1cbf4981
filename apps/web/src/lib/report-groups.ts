import type { ReportGroup } from '@aigc/shared/schemas/cost-report';

/** As the schema has them, without the schema: that would be part of every first load. */
export const REPORT_GROUPS = ['day', 'model', 'key', 'user'] as const satisfies readonly ReportGroup[];
