/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML from outside, by libxml2: no DOCTYPE, so no entities but XML's own; no network; whoever calls
 * has limited the size. */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

/* TEXT is UTF-8, whatever it declares. NULL where it is not well-formed or, with *RET_DOCTYPE set,
 * has a DOCTYPE. Always has a root element. The caller's, for xmlFreeDoc(). */
xmlDocPtr ra_xml_read(const char *text, gboolean *ret_doctype);
gboolean ra_xml_is_blank(const xmlNode *node);
/* The text in NODE (an attribute too), which holds nothing else. NULL otherwise. Caller frees. */
char *ra_xml_text(const xmlNode *node);
/* The value of an attribute without namespace declarations of its own, of text alone. NULL where
 * there is none such. Caller frees. */
char *ra_xml_attribute(const xmlNode *node, const char *name);
