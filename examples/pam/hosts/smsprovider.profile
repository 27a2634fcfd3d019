Name: The site decides who may log in (SMS Provider)
Default: no
Priority: 0
Account-Type: Additional
Account:
	required	pam_smsprovider.so unknown_user=ignore except=root
