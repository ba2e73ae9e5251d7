using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>
/// A provider's word counts as a password does, no more: an account with a second factor opens only with its code.
/// Until then there is no session, just a handle for the same browser, good for ten minutes.
/// </summary>
/// <remarks>
/// Wrong codes count towards a lockout of their own, over all flows: only whom the provider vouches for gets so far, so
/// no stranger can lock anybody out, and whoever holds the provider's account cannot guess on for ever.
/// </remarks>
public sealed class SecondFactorStep(
    SingleUse pending, BrowserBinding binding, StandingStore standings, AccountStore accounts, LoginFailures failures, LockoutKeys keys,
    Database database, ProviderTable providers, FlowEnd flows)
{
    /// <summary>Whose sign-in is complete, and where they go.</summary>
    public sealed record Complete(UserStanding User, Account Account, string Provider, string ReturnTo);

    /// <summary>Asks for the code.</summary>
    public async Task<Refusal> AskAsync(UserStanding user, PendingFlow flow, CancellationToken cancel) =>
        ProviderRefusals.SecondFactorNeeded(await pending.KeepAsync(
            PendingSecondFactor.Kind, new PendingSecondFactor(user.Id, flow.Provider, flow.Binding, flow.ReturnTo), cancel));

    /// <summary>Judges the code. The handle is taken out while it is judged, and put back after a wrong one.</summary>
    public async Task<(Complete? Complete, Refusal? Refused)> JudgeAsync(
        HttpContext context, string handle, string code, SecondFactors.SecondFactors factors, CancellationToken cancel)
    {
        if (await pending.TakeAsync<PendingSecondFactor>(PendingSecondFactor.Kind, handle, cancel) is not { Thing: var waiting } kept
            || !binding.Holds(context, waiting.Binding))
        {
            return (null, ProviderRefusals.StateInvalid("the handle is unknown, spent, too old or another browser's"));
        }

        if (providers.Find(waiting.Provider) is not { } provider)
        {
            return (null, ProviderRefusals.UnknownProvider());
        }

        if (await standings.LoadAsync(waiting.UserId, cancel) is not { Disabled: false } user
            || await accounts.FindAsync(waiting.UserId, cancel) is not { } account)
        {
            return (null, await flows.FailedAsync(context, provider, ProviderRefusals.Disabled(), cancel));
        }

        var right = await factors.CheckAsync(account, code, RequestOrigin.Of(context), cancel) == SecondFactorResult.Accepted;
        if (await CountAsync(account, right, cancel) is { } lockedFor)
        {
            return (null, await flows.FailedAsync(context, provider, LoginFailures.Refuse(lockedFor), cancel));
        }

        if (right)
        {
            return (new Complete(user, account, waiting.Provider, waiting.ReturnTo), null);
        }

        await pending.PutBackAsync(PendingSecondFactor.Kind, handle, kept, cancel);
        return (null, await flows.FailedAsync(context, provider, ProviderRefusals.CodeRefused(handle), cancel));
    }

    // Judged after the check and one at a time: of guesses sent at once, those after the last permitted one learn nothing.
    private Task<TimeSpan?> CountAsync(Account account, bool right, CancellationToken cancel)
    {
        var counter = new FailureCounter(
            keys.NameOf($"code after a provider {account.Id:N}"), FailureCounter.OwnerOf(keys, EmailAddress.Key(account.Email)));
        return database.WriteAsync(async t =>
        {
            if (!right)
            {
                return (await failures.CountAsync(t, counter)).Locked;
            }

            if (await failures.TakeTurnAsync(t, counter) is { } locked)
            {
                return locked;
            }

            await failures.ForgetAsync(t, counter);
            return (TimeSpan?)null;
        }, cancel);
    }
}
