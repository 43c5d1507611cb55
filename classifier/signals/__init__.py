"""The four signals (harm, criticism, check, rebuttal), their features, lexical evidence and topics."""
