// Package en describes English.
package en

import (
	"github.com/blevesearch/snowballstem/english"

	"veche/nlp/lang"
)

// Language is English, with the Porter 2 stemmer.
var Language = lang.New("en", lang.Latin, "", english.Stem, 0, function, courtesy)

const function = `
a about above across after again against all almost also although always am among an and another any anyone anything are
aren't around as at away be became because become been before behind being below between both but by came can can't cannot
could couldn't did didn't do does doesn't doing don't done down during each either else enough etc even ever every everyone
everything few for from further get gets getting give given go goes going gone got had hadn't has hasn't have haven't having
he he's her here here's hers herself him himself his how however i i'd i'll i'm i've if in instead into is isn't it it's its
itself just keep know least less let let's like make makes making many may maybe me might mine more most much must mustn't my
myself neither never no nobody none nor not nothing now of off often on once one ones only onto or other others otherwise our
ours ourselves out over own per perhaps put quite rather really same see seem seems several shall she should shouldn't since
so some someone something sometimes somewhere still such take than that that's the their theirs them themselves then there
there's therefore these they they'd they'll they're they've thing things this those though through thus till to together too
toward towards under until up upon us use used using very via want wants was wasn't way we we'd we'll we're we've well went
were weren't what what's whatever when where where's whether which while who who's whoever whole whom whose why will with
within without won't would wouldn't yet you you'd you'll you're you've your yours yourself yourselves
able actually already anyway lot lots something's im ive dont cant doesnt isnt didnt youre thats`

const courtesy = `
please kindly thanks thank hello hi dear sir madam regards greetings good morning afternoon evening sorry
need needs needed suggest suggestion propose proposal idea think believe hope wish ask asking request would-be`
