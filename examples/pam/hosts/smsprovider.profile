Name: The site decides who may log in (SMS Provider)
Default: no
Priority: 0
Account-Type: Additional
Account:
	[success=1 default=ignore]	pam_succeed_if.so quiet uid < 1000
	required	pam_smsprovider.so unknown_user=ignore
