using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.Ground.Coordination;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>Begins a flow: everything it relies on stays here, and the browser takes only the state along.</summary>
public sealed class FlowStart(SingleUse pending, BrowserBinding binding)
{
    /// <summary>Where the browser must go; the binding's cookie is on the answer.</summary>
    /// <exception cref="ProviderException"/>
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task<Uri> BeginAsync(
        HttpContext context, IIdentityProvider provider, string returnTo, LinkIntent? link, CancellationToken cancel)
    {
        var client = provider.Registration;
        var (verifier, nonce) = (SingleUse.NewHandle(), SingleUse.NewHandle());
        var redirect = client.RedirectUrl?.AbsoluteUri
            ?? $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}/auth/callback/{client.Name}";
        var state = await pending.KeepAsync(
            PendingFlow.Kind, new PendingFlow(client.Name, client.Issuer, binding.Bind(context), verifier, nonce, redirect, returnTo, link), cancel);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return await provider.AuthorizeAddressAsync(new(redirect, state, nonce, challenge), cancel);
    }
}
