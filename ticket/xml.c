/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/xml.h"

#include <libxml/parser.h>
#include <string.h>

/* Called at a DOCTYPE, before anything in it is read. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *public_id,
                           const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    xmlParserCtxtPtr parser = context;
    *(gboolean *)parser->_private = TRUE;
    xmlStopParser(parser);
}

xmlDocPtr ra_xml_read(const char *text, gboolean *ret_doctype)
{
    xmlInitParser();
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (parser == NULL)
        g_error("No memory to read an invitation");
    gboolean doctype = FALSE;
    parser->_private = &doctype;
    parser->sax->internalSubset = refuse_doctype;
    xmlDocPtr document = xmlCtxtReadMemory(parser, text, (int)strlen(text), NULL, NULL,
                                           XML_PARSE_NONET | XML_PARSE_NOERROR |
                                               XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC);
    const gboolean good = document != NULL && parser->wellFormed && !doctype;
    xmlFreeParserCtxt(parser);
    *ret_doctype = doctype;
    if (good && xmlDocGetRootElement(document) != NULL)
        return document;
    xmlFreeDoc(document);
    return NULL;
}

gboolean ra_xml_is_blank(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE && xmlIsBlankNode(node) == 1;
}

char *ra_xml_text(const xmlNode *node)
{
    GString *text = g_string_new(NULL);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type != XML_TEXT_NODE)
            return g_string_free(text, TRUE);
        g_string_append(text, (const char *)child->content);
    }
    return g_string_free(text, FALSE);
}

char *ra_xml_attribute(const xmlNode *node, const char *name)
{
    const xmlAttr *attribute = xmlHasProp(node, (const xmlChar *)name);
    return attribute != NULL ? ra_xml_text((const xmlNode *)attribute) : NULL;
}
