package readiness

// Staffing is who is needed on the day, in people. The runbook page shows the
// same formula.
type Staffing struct {
	Tables       int
	Facilitators int // one for 50 tables, at least two
	Moderators   int // one for 200 tables, at least one
	Technical    int // one for 400 tables, at least two
	Experts      int // one for 100 tables, at least three: questions are answered in writing, too
	Hosts        int // two lead the main hall, one more for each 500 tables
}

// NewStaffing computes who is needed for a number of tables.
func NewStaffing(tables int) Staffing {
	each := func(n int) int { return (tables + n - 1) / n }
	return Staffing{
		Tables: tables, Facilitators: max(2, each(50)), Moderators: max(1, each(200)),
		Technical: max(2, each(400)), Experts: max(3, each(100)), Hosts: 2 + tables/500,
	}
}

// TablesFor is how many tables people sit at, each of size at most; 0 where
// there are none.
func TablesFor(people, size int) int {
	if size <= 0 {
		return 0
	}
	return (people + size - 1) / size
}
