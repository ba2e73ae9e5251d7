using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>A flow that came back right: who began it and whom the provider vouches for.</summary>
public sealed record FinishedFlow(PendingFlow Flow, ExternalIdentity Person);

/// <summary>
/// Judges what comes back from a provider, in this order: form, state (spent by looking), provider, browser, issuer,
/// the provider's error, and only then the exchange of the code.
/// </summary>
public sealed class FlowEnd(SingleUse pending, BrowserBinding binding, AuditTrail audit)
{
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task<(FinishedFlow? Finished, Refusal? Refused)> FinishAsync(
        HttpContext context, IIdentityProvider provider, CancellationToken cancel)
    {
        var (query, fault) = CallbackQuery.Read(context.Request.Query);
        if (query is null)
        {
            return (null, ProviderRefusals.ResponseInvalid(fault!));
        }

        if (await pending.TakeAsync<PendingFlow>(PendingFlow.Kind, query.State, cancel) is not { Thing: var flow })
        {
            return (null, ProviderRefusals.StateInvalid("the state is unknown, spent or too old"));
        }

        try
        {
            var refused = Judge(context, provider.Registration, flow) ?? await JudgeIssuerAsync(provider, query, cancel) ?? ErrorOf(query);
            return refused is null
                ? (new FinishedFlow(flow, await provider.IdentifyAsync(new(query.Code!, flow.RedirectUri, flow.Verifier, flow.Nonce), cancel)), null)
                : (null, await FailedAsync(context, provider, refused, cancel));
        }
        catch (ProviderException failed)
        {
            return (null, await FailedAsync(context, provider, ProviderRefusals.Of(failed), cancel));
        }
    }

    /// <summary>Records that a flow of ours failed, and gives the refusal on.</summary>
    public async Task<Refusal> FailedAsync(HttpContext context, IIdentityProvider provider, Refusal refusal, CancellationToken cancel)
    {
        await audit.RecordAsync(RequestOrigin.Of(context), new AuditEvent("oauth_failed")
        {
            Outcome = refusal.Status >= 500 ? AuditOutcome.Failure : AuditOutcome.Refused,
            Reason = refusal.Code,
            Details = new Dictionary<string, object?> { ["provider"] = provider.Registration.Name, ["why"] = refusal.PrivateReason },
        }, cancel);
        return refusal;
    }

    private Refusal? Judge(HttpContext context, ProviderRegistration provider, PendingFlow flow) =>
        // RFC 9700 section 4.4: an answer is taken only where the one that was asked would send it.
        flow.Provider != provider.Name || flow.Issuer != provider.Issuer ? ProviderRefusals.StateInvalid($"the flow was begun with {flow.Provider}")
        : !binding.Holds(context, flow.Binding) ? ProviderRefusals.StateInvalid("the flow was begun in another browser")
        : null;

    // RFC 9207 section 2.4: compared whenever it is there, and demanded of whoever says to send it.
    private static async Task<Refusal?> JudgeIssuerAsync(IIdentityProvider provider, CallbackQuery query, CancellationToken cancel) =>
        query.Issuer is { } issuer
            ? string.Equals(issuer, provider.Registration.Issuer, StringComparison.Ordinal) ? null : ProviderRefusals.IssuerMismatch("iss is another's")
            : await provider.AnnouncesIssuerAsync(cancel) ? ProviderRefusals.IssuerMismatch("iss is missing, though announced") : null;

    private static Refusal? ErrorOf(CallbackQuery query) => query.Error switch
    {
        null => null,
        "access_denied" => ProviderRefusals.Denied(),
        var error => ProviderRefusals.ProviderError(error),
    };
}
