using AICodeManager.Server.FrontDoor.Accounts.Providers.Links;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>Decides which account a person whom a provider vouches for has here.</summary>
/// <remarks>An address alone never joins two accounts: whoever made the account here need not be whom the provider knows by it.</remarks>
public sealed class Arrivals(LinkStore links, StandingStore standings)
{
    /// <summary>The account, or why there is none to be had.</summary>
    public async Task<(UserStanding? User, Refusal? Refused)> AdmitAsync(
        ProviderRegistration provider, ExternalIdentity person, RequestOrigin origin, CancellationToken cancel)
    {
        if (await links.FindAsync(provider, person.Subject, cancel) is { } link)
        {
            return await KnownAsync(link, person, cancel);
        }

        if (person.VerifiedEmail is not { } told || !EmailAddress.IsAcceptable(told))
        {
            return (null, ProviderRefusals.EmailNotVerified());
        }

        // Judged in its normal form and so kept in it: only there is the @ sure to be one.
        var email = EmailAddress.Written(told);

        if (await links.CreateAccountAsync(provider, person, email, NameOf(person, email), origin, cancel) is { } made)
        {
            return (await standings.LoadAsync(made, cancel), null);
        }

        // Either the address has an account, or the same person arrived twice at once.
        return await links.FindAsync(provider, person.Subject, cancel) is { } twin
            ? await KnownAsync(twin, person, cancel)
            : (null, ProviderRefusals.LinkRequired());
    }

    private async Task<(UserStanding? User, Refusal? Refused)> KnownAsync(ExternalLogin link, ExternalIdentity person, CancellationToken cancel)
    {
        if (await standings.LoadAsync(link.UserId, cancel) is not { Disabled: false } user)
        {
            return (null, ProviderRefusals.Disabled());
        }

        await links.UsedAsync(link, person, cancel);
        return (user, null);
    }

    // The provider's word is shown to other people: only what one could have typed here.
    private static string NameOf(ExternalIdentity person, string email)
    {
        var errors = new FieldErrors();
        errors.Name("name", person.Name);
        return errors.Any ? email[..email.IndexOf('@', StringComparison.Ordinal)] : person.Name!;
    }
}
