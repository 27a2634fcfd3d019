-- label_block_of_row (fragment): the labels of the device that a row of "t" is
(SELECT sms_labels(b.labels, t.row) FROM label_block b
    WHERE b.block = t.row >> 6)

-- label_block_of_resource (fragment): the labels of the device of t.ResourceID
(SELECT sms_labels(b.labels, t.ResourceID) FROM label_block b
    WHERE b.block = t.ResourceID >> 6)
