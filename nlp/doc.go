// Package nlp turns citizens' ideas into clusters that officials can read:
// texts → stems → word vectors learned from the topic itself → clusters →
// labels and representatives. It is a pure library; it needs no model, no
// network and no other package of Veche, and it must never import one.
//
// # Use
//
//	result, err := nlp.Cluster(ctx, documents, nlp.Options{Seed: "…"})
//
// A later run passes the last clustering, after the moderators' edits, as
// Options.Previous, and the edits as constraints:
//
//	move idea to cluster        Held{idea, cluster}
//	merge A into B              Held{every idea of A and B at that time, B}
//	split ideas off A into N    Held{those ideas, N}, Apart{A, N}
//	rename cluster              Keep{cluster}
//	lock cluster                Locked{cluster}
//
// An undone edit is left out. Similar ideas are found by an Index before
// any run; Model.Place says where a new idea belongs between runs.
package nlp
