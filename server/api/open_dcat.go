package api

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/catalogue"
	"veche/server/topic"
)

// node is a node of JSON-LD.
type node map[string]any

// dcatContext names the vocabularies of DCAT-AP 3.0 that are used.
var dcatContext = node{
	"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
	"spdx": "http://spdx.org/rdf/terms#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}

const euAuthority = "http://publications.europa.eu/resource/authority/"

// euLanguages are the codes of the EU's list of languages for ours.
var euLanguages = map[string]string{
	"en": "ENG", "ru": "RUS", "de": "DEU", "fr": "FRA", "es": "SPA", "it": "ITA", "pt": "POR", "nl": "NLD", "fi": "FIN", "sv": "SWE", "da": "DAN", "hu": "HUN", "ro": "RON", "ca": "CAT",
}

func id(uri string) node           { return node{"@id": uri} }
func typed(value, xsd string) node { return node{"@value": value, "@type": "xsd:" + xsd} }
func said(text, lang string) node  { return node{"@value": text, "@language": lang} }

// day is a time that tells no more than its day: what changed last may be a vote.
func day(ms int64) any { return typed(time.UnixMilli(ms).UTC().Format(time.DateOnly), "date") }

func moment(millis int64) node {
	return typed(time.UnixMilli(millis).UTC().Format(time.RFC3339), "dateTime")
}
func (a *API) agent(c *fiber.Ctx) node {
	return node{"@type": "foaf:Agent", "foaf:name": a.publisher(c)}
}
func mediaURI(media string) node { return id("https://www.iana.org/assignments/media-types/" + media) }

// openCatalogue answers the metadata of all topics' data, or of the one of the
// path, by DCAT-AP as JSON-LD.
func (a *API) openCatalogue(c *fiber.Ctx) error {
	if have, err := a.unchanged(c); have || err != nil {
		return err
	}
	topics := []string{c.Params("topic")}
	if topics[0] == "" {
		found, err := a.Catalogue.Search(c.UserContext(), catalogue.Query{Kind: catalogue.KindTopic, ByNumber: true, Limit: catalogue.MostEntries}, a.uris(c))
		if err != nil {
			return err
		}
		topics = topics[:0]
		for i := range found.Entries {
			topics = append(topics, found.Entries[i].Topic)
		}
	}
	datasets := []node{}
	for _, t := range topics {
		d, err := a.dataset(c, t)
		if err != nil {
			return err
		}
		datasets = append(datasets, d)
	}
	base := string(a.uris(c))
	var doc node
	if c.Params("topic") != "" {
		doc = datasets[0]
	} else {
		service := node{
			"@type": "dcat:DataService", "@id": base + OpenBase, "dct:title": said("Open read interface", "en"), "dct:license": id(a.Open.Licence.URL),
			"dcat:endpointURL": id(base + OpenBase), "dcat:endpointDescription": id(base + OpenBase + "/openapi.yaml"),
		}
		doc = node{
			"@type": "dcat:Catalog", "@id": base + "/catalog.jsonld", "dct:title": said("Topics put to citizens, with what came of them", "en"),
			"dct:description": said("Ideas, proposals and the city's answers of every topic.", "en"), "dct:publisher": a.agent(c), "dct:license": id(a.Open.Licence.URL),
			"dcat:dataset": datasets, "dcat:service": []node{service},
		}
	}
	doc["@context"] = dcatContext
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/ld+json; charset=utf-8")
	return c.Send(append(b, '\n'))
}

// dataset describes one topic's data.
func (a *API) dataset(c *fiber.Ctx, topicID string) (node, error) {
	view, err := a.Journal.View(c.UserContext(), topicID)
	if err != nil {
		return nil, err
	}
	var set topic.Settings
	var created int64
	var seq uint64
	results := false
	view.Read(func(s *topic.State, _ uint64) {
		set, created, seq, results = s.Settings, s.Created, s.Seq, s.StageKind() == topic.StageResults
	})
	modified := created
	if err := a.Journal.ReadAfter(c.UserContext(), topicID, seq-1, func(e *topic.Event) error {
		if e.Seq == seq {
			modified = e.Time
		}
		return nil
	}); err != nil {
		return nil, err
	}
	base, uris := string(a.uris(c)), a.uris(c)
	files := []node{}
	for _, kind := range []catalogue.Kind{catalogue.KindIdea, catalogue.KindProposal} {
		for form, w := range wholes {
			l, err := a.wholeOf(c, topicID, kind, form)
			if err != nil {
				return nil, err
			}
			at := base + OpenBase + "/topics/" + topicID + "/" + string(kind) + "s" + w.ext
			files = append(files, node{
				"@type": "dcat:Distribution", "@id": at, "dct:title": said("All "+string(kind)+"s as "+w.ext[1:], "en"),
				"dcat:accessURL": id(at), "dcat:downloadURL": id(at), "dcat:mediaType": mediaURI(w.media), "dct:license": id(a.Open.Licence.URL),
				"dcat:byteSize": typed(strconv.FormatInt(l.size, 10), "nonNegativeInteger"),
				"spdx:checksum": node{"@type": "spdx:Checksum", "spdx:algorithm": id("spdx:checksumAlgorithm_sha256"), "spdx:checksumValue": typed(hex.EncodeToString(l.sum[:]), "hexBinary")},
			})
		}
	}
	if results {
		at := base + "/api/topics/" + topicID + "/bundle.zip"
		files = append(files, node{
			"@type": "dcat:Distribution", "@id": at, "dct:title": said("The record that anyone can run again; it carries its own digests", "en"),
			"dcat:accessURL": id(at), "dcat:downloadURL": id(at), "dcat:mediaType": mediaURI("application/zip"), "dct:license": id(a.Open.Licence.URL),
		})
	}
	d := node{
		"@type": "dcat:Dataset", "@id": uris.Topic(topicID) + "#data", "dct:identifier": uris.Topic(topicID), "dct:title": said(set.Title, set.Lang), "dct:description": said(set.Question, set.Lang),
		"dct:publisher": a.agent(c), "dct:issued": moment(created), "dct:modified": day(modified), "dct:temporal": period(&set, created),
		"dcat:landingPage": id(base + "/topics/" + topicID), "dcat:theme": id(euAuthority + "data-theme/GOVE"), "dct:accessRights": id(euAuthority + "access-right/PUBLIC"),
		"dcat:keyword": keywords(&set), "dcat:distribution": files,
	}
	if code := euLanguages[set.Lang]; code != "" {
		d["dct:language"] = id(euAuthority + "language/" + code)
	}
	return d, nil
}

// period is when people were asked: by the schedule, else from the topic's making.
func period(set *topic.Settings, created int64) node {
	from, to := created, int64(0)
	for i := range set.Stages {
		if st := &set.Stages[i]; st.Opens != 0 && st.Opens < from {
			from = st.Opens
		}
		to = max(to, set.Stages[i].Closes)
	}
	p := node{"@type": "dct:PeriodOfTime", "dcat:startDate": moment(from)}
	if to > from {
		p["dcat:endDate"] = moment(to)
	}
	return p
}

// keywords are the districts and themes that a topic knows.
func keywords(set *topic.Settings) []node {
	list := []node{}
	for _, word := range catalogue.Keywords(set) {
		list = append(list, said(word, set.Lang))
	}
	return list
}
