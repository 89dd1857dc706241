// Package kk describes Kazakh (in Cyrillic), which has no stemmer here.
package kk

import "veche/nlp/lang"

// Language is Kazakh; words are cut to their first five letters, because
// its endings are long chains of suffixes.
var Language = lang.New("kk", lang.Cyrillic, "әғқңөұүһіыэъ", nil, 5, function, courtesy)

const function = `
ал алайда арқылы бар барлық басқа без бен біз біздің бірақ бірге болады болар болған болды болып бойынша бұл деген деп дейін
егер ең екі емес енді еш және жоқ кейін керек көп маған мен менің менен мынау не неге ол олар олардың онда оның осы осында өз
өзінің өте пен сол соң сияқты сіз тағы тек туралы үшін үстінде ғана қазір қай қалай қана үнемі әлі әр`

const courtesy = `сәлеметсіз сәлем бе қайырлы күн өтінемін өтінеміз сұраймын сұраймыз рахмет құрметті көмектесіңіз шағымданғым келеді шара қолдануыңызды`
