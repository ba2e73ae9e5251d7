using AICodeManager.Server.FrontDoor.Csrf.Proof;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>What speaks for a request that changes something.</summary>
public enum CarriedBy
{
    /// <summary>Nothing that was accepted: whoever it is has yet to sign in, or brings what is asked for in the body.</summary>
    Nothing,

    /// <summary>The session cookie alone, which a browser sends whoever's page made it send the request.</summary>
    SessionCookie,

    /// <summary>A bearer token or a signature that was found right: no other site's page can have either written.</summary>
    OwnProof,
}

/// <summary>What a request that changes something must bring to be taken for one of our pages'.</summary>
public enum CsrfNeed
{
    Nothing,

    /// <summary>A token of this very session.</summary>
    SessionToken,

    /// <summary>A token of this session or of this browser.</summary>
    AnyToken,

    /// <summary>Nothing helps: another site's page sent it.</summary>
    AnotherOrigin,
}

/// <summary>
/// The decisions of <c>docs/csrf.md</c> (spec A11): a token wherever the browser sends credentials by itself, and for
/// signing in from a browser. Safe methods and endpoints that judge for themselves never come here.
/// </summary>
public static class CsrfTable
{
    /// <param name="open">Whether the endpoint is open to all.</param>
    /// <param name="cookies">Whether the request brings any cookie.</param>
    /// <param name="standing">Whose page it comes from; <see cref="OriginStanding.Unknown"/> where no header of a browser is there.</param>
    public static CsrfNeed Judge(CarriedBy by, bool open, bool cookies, OriginStanding standing) => (by, open, cookies, standing) switch
    {
        (CarriedBy.OwnProof, _, _, _) => CsrfNeed.Nothing,
        // Access refuses it: there is nobody whose rights could be used.
        (CarriedBy.Nothing, false, _, _) => CsrfNeed.Nothing,
        // No browser, or one that brings nothing of anybody's and cannot be made to send JSON.
        (CarriedBy.Nothing, true, false, OriginStanding.Unknown) => CsrfNeed.Nothing,
        (_, _, _, OriginStanding.Foreign) => CsrfNeed.AnotherOrigin,
        // Browsers keep our cookies, all of them SameSite, from pages of other sites: such a page could never show a token,
        // and whom it signs in is the concern of whoever trusted it.
        (CarriedBy.Nothing, true, false, OriginStanding.Trusted) => CsrfNeed.Nothing,
        (CarriedBy.SessionCookie, false, _, _) => CsrfNeed.SessionToken,
        // Who signs in anew may have opened the page before the session that is there now.
        _ => CsrfNeed.AnyToken,
    };
}
