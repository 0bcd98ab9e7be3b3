"""Small files of several formats, as their corpora have them: texts as they stand, JSON as values."""

CONLL2003 = "-DOCSTART- -X- -X- O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\nGerman JJ I-NP I-MISC\n\n"
CONLL2012 = """#begin document (bc/cctv/00/cctv_0000); part 000
bc/cctv/00/cctv_0000   0   0    Rudd    NNP  (TOP(S(NP*)   -   -   -   Speaker#1   (PERSON)   (ARG0*)   (12)
bc/cctv/00/cctv_0000   0   1    left    VBD      (VP*)     leave   01   1   Speaker#1   *   (V*)   -

bc/cctv/00/cctv_0000   0   0    He      PRP  (TOP(S(NP*)   -   -   -   Speaker#1   *   (ARG0*)   (12)
bc/cctv/00/cctv_0000   0   1    told    VBD      (VP*)     -   -   -   Speaker#1   *   (V*)   -
bc/cctv/00/cctv_0000   0   2    New     NNP      (NP*      -   -   -   Speaker#1   (GPE*   (ARG1*   (3
bc/cctv/00/cctv_0000   0   3    York    NNP      *)        -   -   -   Speaker#1   *)   *)   3)

#end document
"""
HIPE = """TOKEN\tNE-COARSE-LIT\tNE-COARSE-METO\tNE-FINE-LIT\tNEL-LIT\tNEL-METO\tMISC
# hipe2022:document_id = NZZ-1798-01-20
Basel\tB-loc\tO\tB-loc.adm.town\tQ78\t_\tNoSpaceAfter
,\tO\tO\tO\t_\t_\tEndOfSentence
Bonaparte\tB-pers\tO\tB-pers.ind\tNIL\t_\t_
"""
PUBTATOR = """227508|t|Naloxone reverses clonidine.
227508|a|In rats, naloxone acted.
227508\t0\t8\tNaloxone\tChemical\tD009270
227508\t18\t27\tclonidine\tChemical\tD003000
227508\t38\t46\tnaloxone\tChemical\tD009270
227508\tCID\tD009270\tD003000

"""
BIOC = """<?xml version='1.0' encoding='UTF-8'?>
<!DOCTYPE collection SYSTEM 'BioC.dtd'>
<collection><source>PubTator</source><date/><key>k</key><document><id>227508</id>
<passage><infon key="type">title</infon><offset>0</offset><text>Naloxone reverses clonidine.</text>
<annotation id="0"><infon key="type">Chemical</infon><infon key="MESH">D009270</infon>
<location offset="0" length="8"/><text>Naloxone</text></annotation>
<annotation id="1"><infon key="type">Chemical</infon><infon key="MESH">D003000</infon>
<location offset="18" length="9"/><text>clonidine</text></annotation></passage>
<passage><infon key="type">abstract</infon><offset>29</offset><text>In rats, naloxone acted.</text>
<annotation id="2"><infon key="type">Chemical</infon><infon key="MESH">D009270</infon>
<location offset="38" length="8"/><text>naloxone</text></annotation></passage>
<relation id="R0"><infon key="relation">CID</infon><infon key="Chemical">D009270</infon>
<infon key="Disease">D003000</infon></relation></document></collection>
"""

TEXT = "Barack Obama met Angela Merkel."
OBAMA, MERKEL = {"start": 0, "end": 12, "label": "PER"}, {"start": 17, "end": 30, "label": "PER"}
TRAINING = [TEXT, {"entities": [[0, 12, "PER"], [17, 30, "PER"]]}]

DWIE = {"id": "DW_1", "content": "German police held Mzoudi, Mzoudi said.", "tags": ["all"],
    "mentions": [{"begin": 0, "end": 6, "text": "German", "concept": 1}, {"begin": 19, "end": 25, "concept": 2},
                 {"begin": 27, "end": 33, "text": "Mzoudi", "concept": 2}],
    "concepts": [{"concept": 1, "tags": ["type::gpe0-x", "type::other"]}, {"concept": 3, "link": "Iran", "tags": []},
                 {"concept": 2, "link": "Mzoudi", "tags": ["gender::male", "type::entity", "type::person"]}],
    "relations": [{"s": 2, "p": "citizen_of-x", "o": 1}, {"s": 1, "p": "gpe0", "o": 3}]}  # fmt: skip
FACT = {"propertyId": "12", "humanReadable": "<He> <PLACE_OF_BIRTH> <Naples>", "subjectStart": 0, "subjectEnd": 2,
    "subjectUri": "http://www.wikidata.org/entity/Q1", "objectStart": 15, "objectEnd": 21, "objectText": "Naples",
    "objectUri": ""}  # fmt: skip
KNOWLEDGENET = {
    "fold": 1,
    "documentId": "8",
    "documentText": "He was born in Naples.",
    "passages": [
        {"passageStart": 0, "passageEnd": 22, "facts": [FACT]},
        {"passageStart": 0, "passageEnd": 22, "facts": []},
    ],
}
ONEIE = {"doc_id": "d", "sent_id": "d-1", "tokens": ["Troops", "attacked", "Basra"], "pieces": [], "entity_mentions": [
    {"id": "E1", "start": 0, "end": 1, "entity_type": "PER", "mention_type": "NOM", "text": "Troops"},
    {"id": "E2", "start": 2, "end": 3, "entity_type": "GPE", "mention_type": "NAM", "text": "Basra"}],
    "relation_mentions": [{"relation_type": "PHYS", "arguments": [{"entity_id": "E1"}, {"entity_id": "E2"}]}],
    "event_mentions": [{"id": "V1", "event_type": "Attack", "trigger": {"start": 1, "end": 2, "text": "attacked"},
                        "arguments": [{"entity_id": "E1", "role": "Attacker"}]}]}  # fmt: skip
BIOC_JSON = {"documents": [{"id": "7", "infons": {}, "passages": [
    {"offset": 40, "infons": {"section_type": "INTRO"}, "sentences": [
        {"offset": 40, "text": "p53 binds MDM2.", "annotations": [
            {"id": "T1", "infons": {"type": "Gene", "identifier": "7157"}, "text": "p53",
             "locations": [{"offset": 40, "length": 3}]},
            {"id": "T2", "infons": {"type": "Gene"}, "text": "MDM2", "locations": [{"offset": 50, "length": 4}]}]},
        {"offset": 56, "text": "It does.", "annotations": [], "relations": [
            {"id": "R1", "infons": {"type": "Bind"}, "nodes": [{"refid": "T2", "role": "Theme"},
                                                               {"refid": "T1", "role": "Theme2"}]}]}]}],
    "relations": [{"id": "R2", "infons": {"type": "Cause"}, "nodes": [{"refid": "T1", "role": ""},
                                                                     {"refid": "R1", "role": ""}]}]}]}  # fmt: skip
