# The administration service by PowerShell, as scripts for Configuration Manager
# ask it: read an object, change it, send all of it back.
#
#   ./administration_service.ps1 -Provider provider.example.com -CollectionID P0100014
#
# -UseDefaultCredentials signs in by the user's own ticket (Negotiate). On Linux
# with a certificate: -Certificate (Get-PfxCertificate alice.pfx) instead.
param(
    [Parameter(Mandatory)] [string] $Provider,
    [Parameter(Mandatory)] [string] $CollectionID
)

$service = "https://$Provider/AdminService/wmi"
$how = @{ UseDefaultCredentials = $true; ContentType = 'application/json' }

$answer = Invoke-RestMethod @how -Uri "$service/SMS_Collection('$CollectionID')"
$collection = $answer.value[0]
$collection.Comment = 'changed by PowerShell'
Invoke-RestMethod @how -Method Put -Uri "$service/SMS_Collection('$CollectionID')" `
    -Body ($collection | ConvertTo-Json -Depth 10) | Out-Null

$rule = @{
    collectionRule = @{
        '@odata.type'   = '#AdminService.SMS_CollectionRuleQuery'
        RuleName        = 'laptops'
        QueryExpression = "select * from SMS_R_System where Name like 'LT-%'"
    }
}
Invoke-RestMethod @how -Method Post -Body ($rule | ConvertTo-Json -Depth 10) `
    -Uri "$service/SMS_Collection('$CollectionID')/AdminService.AddMembershipRule"
