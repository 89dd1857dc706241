// Package fr describes French.
package fr

import (
	"github.com/blevesearch/snowballstem/french"

	"veche/nlp/lang"
)

// Language is French, with the Snowball stemmer.
var Language = lang.New("fr", lang.Latin, "àâæçéèêëîïôœùûü", french.Stem, 0, function, courtesy)

const function = `
a ai aussi au aucun aucune autre autres aux avec avoir avant bien c'est car ce ceci cela celle celles celui ces cet cette ceux
chaque chez comme comment d'un d'une dans de des donc dont du elle elles en encore entre est et etc eu eux fait faire faut il
ils j'ai je l'on la le les leur leurs lors lui là ma mais me mes mieux moins mon même mêmes n'est ne ni nos notre nous on ont
ou où par parce pas pendant peu peut peuvent plus plusieurs pour pourquoi pourrait puis qu'il qu'on que quel quelle quelles
quelque quelques quels qui quoi sa sans se sera serait ses si soient soit son sont sous sur ta tant te tel telle tes toi ton
toujours tous tout toute toutes trop très tu un une vers voir vos votre vous y à ça été être était étaient`

const courtesy = `bonjour bonsoir merci s'il plaît svp madame monsieur propose proposition propositions souhaite souhaitons demande`
