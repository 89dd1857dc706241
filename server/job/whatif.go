package job

import (
	"context"

	"veche/server/analysis"
	"veche/server/topic"
)

// WhatIf answers the what-ifs of a topic whose rating is over, nil where there
// are none. It is shared: read it only.
func (j *Jobs) WhatIf(ctx context.Context, topicID string) (*analysis.WhatIf, error) {
	return ofState(ctx, j, &j.whatIfs, topicID, func(ctx context.Context, s *topic.State, _ analysis.Rows) (*analysis.WhatIf, error) {
		if s.StageKind() == topic.StageRating {
			return nil, nil
		}
		return analysis.WhatIfOf(ctx, s)
	})
}
