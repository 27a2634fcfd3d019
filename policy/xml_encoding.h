/*
 * What an XML document says about the bytes it is made of.
 */
#pragma once

#include "provider/base/text.h"

/*
 * Does its declaration leave UTF-8 in force? It is read as UTF-8: who declares
 * another encoding sees another text in it.
 */
bool xml_declares_utf8(struct text document);
