package export

import (
	"veche/server/audit"
	"veche/server/topic"
)

// readme says in plain words what the bundle is and how to check it.
func (x *bundling) readme() error {
	text := "This is the record of the topic \"" + x.Topic + "\", written by veche " + x.Code + ".\n\n"
	text += knownBy[x.assurance]
	if x.For == audit.Public {
		text += publicReadme
	} else {
		text += auditorReadme
	}
	return x.out.Add(audit.ReadmeFile, []byte(text+commonReadme))
}

// knownBy says how surely each person of the topic was known to be one.
var knownBy = [...]string{
	topic.AssuranceRoster: "Who took part is on a list of people, or came with a code of a letter: each is one\nperson.\n\n",
	topic.AssuranceMail:   "KNOWN BY E-MAIL ONLY. Whoever took part was known by an address of mail; who has two\naddresses has two votes. Don't add these results to those of topics in which each\nperson is verified.\n\n",
	topic.AssuranceCity:   "Who took part was verified by the city's identity point: each is one person.\n\n",
}

const publicReadme = `It is for the public. It holds every official act, the ideas, the moderators'
work on them and the votes under random numbers, each with its day; those of
the open rating, where there was one, in a file of their own. It does not
hold who applied, who accepted a seat, what was said at the tables, or when
anyone voted.

`

const auditorReadme = `It is for the auditor and holds personal data: what every applicant answered,
what was said at every table, and when each ballot voted. Keep it sealed.

`

const commonReadme = `To check it:

    veche verify bundle.zip          the record, and its results computed again
    veche verify bundle.zip --full   earlier results too

Every step is named, with what came of it: run again to the same bytes, proved
(by a signature, a digest or a certificate), or not in this bundle. The key that
signed is in checkpoints/key.txt; compare it with the one that the city has
published, or give that one with --key.

    manifest.json, manifest.note   every file with its SHA-256; the signature
    log/events.bin                 the log: events, or hashes in their place
    log/remarks.jsonl              what was said, with the salts of the digests
    checkpoints/                   the signed root of the log; the key
    draw/commitment-*.json         what was fixed before each draw, the aborted too
    draw/, tables/                 what each draw and each seating came to
    ideas/                         the ideas
    clusters/                      the machine's clusters; the moderators' reasons
    votes/                         the votes; the texts put to the rating
    tally/                         the count, and the ranking as a table
    polls/                         the ballots of each closed poll, in no order

Whoever kept the receipt of a ballot can look for it, in the log and among the
ballots that were counted:

    veche verify bundle.zip --receipt ballot.json
`
