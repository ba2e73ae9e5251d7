using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Makes the user manager look accounts up by <see cref="EmailAddress.Key"/>; what no account can be called finds none.</summary>
public sealed class AccountKeys : ILookupNormalizer
{
    public string? NormalizeEmail(string? email) => EmailAddress.IsAcceptable(email) ? EmailAddress.Key(email!) : "";

    public string? NormalizeName(string? name) => NormalizeEmail(name);
}
