using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.ClientKeys.Possession;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Mvc;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Devices;

/// <summary>One's own devices: add a key, see them, replace one, end them (spec B6 to B8, E).</summary>
public static class KeyEndpoints
{
    /// <param name="PublicKey">PEM or JWK as a string, or JWK as an object.</param>
    /// <param name="Custody">Left out, <c>browser</c> in a browser's session and <c>native</c> in any other.</param>
    /// <param name="Algorithm">Left out, the one that the JWK names, else the key's usual one.</param>
    public sealed record AddRequest(JsonElement PublicKey, string? Name = null, string? Custody = null, string? Algorithm = null);

    public sealed record RotateRequest(JsonElement PublicKey, string? Name = null, string? Algorithm = null);

    public static void MapOwnKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/keys").WithMetadata(new RequestSizeLimitAttribute(JsonBodies.MaxBytes));
        // A key signs in for months: a session alone, which may be stolen, is not enough to add one, and a key is none.
        keys.MapPost("", AddAsync).Accepts<AddRequest>("application/json").TakesPossessionProof().NeedsSignIn().NeedsProof(ProofLevel.Password)
            .Carries(FieldKind.Code, "public_key");
        keys.MapGet("", ListAsync).NeedsSignIn();
        keys.MapDelete("/{id:guid}", RevokeAsync).NeedsSignIn();
        keys.MapDelete("", RevokeAllAsync).NeedsSignIn();
        keys.MapPost("/{id:guid}/rotate", RotateAsync).Accepts<RotateRequest>("application/json").TakesPossessionProof().NeedsSignIn()
            .Carries(FieldKind.Code, "public_key");
        keys.MapPost("/{id:guid}/resume", ResumeAsync).NeedsSignIn().NeedsProof(ProofLevel.SecondFactor);
    }

    internal static async Task<IResult> AddAsync(
        JsonBody<AddRequest> body, HttpContext context, CurrentSession session, RequestOrigin origin, KeyIntake intake, ClientKeyStore store,
        CancellationToken cancel)
    {
        var (offered, refused) = intake.Read(
            context, body.Bytes.Span, new KeyOffer(body.Value.PublicKey, body.Value.Name, body.Value.Custody, body.Value.Algorithm));
        if (offered is null)
        {
            return refused!;
        }

        var user = session.Session.UserId;
        if (await intake.SpendAsync(offered, user, cancel) is { } spent)
        {
            return spent;
        }

        var custody = KeyCustodyWords.Read(body.Value.Custody)
            ?? (session.Session.Kind == SessionKind.Browser ? KeyCustody.Browser : KeyCustody.Native);
        var (change, key) = await store.AddAsync(user, intake.Accept(context, offered, custody, body.Value.Name, "session"), origin, cancel);
        return key is null ? KeyRefusals.Of(change) : Created(key);
    }

    internal static async Task<IResult> ListAsync(
        HttpContext context, Caller caller, PageRequest page, KeyViews views, ClientKeyStore store, CancellationToken cancel)
    {
        var current = CurrentKey.Of(context)?.Key.Id;
        var (total, rows) = await store.ListAsync(caller.UserId, page, cancel);
        return page.Cut(rows, row => row.Key.Id, row => views.Of(row.Key, row.UserEpoch, current)).ToResult(context, total);
    }

    internal static async Task<IResult> RevokeAsync(
        Guid id, Caller caller, RequestOrigin origin, ClientKeyStore store, CancellationToken cancel) =>
        await store.RevokeAsync(caller.UserId, id, RevokedReason.Owner, origin, cancel) == KeyChange.NotFound
            ? Refusals.NotFound("the caller has no such key")
            : TypedResults.NoContent();

    internal static async Task<IResult> RevokeAllAsync(
        HttpContext context, Caller caller, RequestOrigin origin, ClientKeyStore store, CancellationToken cancel)
    {
        var except = (string?)context.Request.Query["except"];
        if (except is not (null or "current"))
        {
            return Refusals.InvalidInput("except", "must be current, or be left out to revoke every key");
        }

        var current = CurrentKey.Of(context)?.Key.Id;
        if (except is not null && current is null)
        {
            return Refusals.InvalidInput("except", "is current, but no key signs this request; sign it, or leave except out to revoke every key");
        }

        await store.RevokeAllAsync(caller.UserId, except is null ? null : current, RevokedReason.Owner, origin, cancel);
        return TypedResults.NoContent();
    }

    internal static async Task<IResult> RotateAsync(
        Guid id, JsonBody<RotateRequest> body, HttpContext context, RequestOrigin origin, KeyIntake intake, ClientKeyStore store,
        CancellationToken cancel)
    {
        // Not even asked whether there is such a key: only its own signature gets further.
        if (CurrentKey.Of(context)?.Key is not { } old || old.Id != id)
        {
            return KeyRefusals.SignatureRequired();
        }

        var (offered, refused) = intake.Read(
            context, body.Bytes.Span, new KeyOffer(body.Value.PublicKey, body.Value.Name, null, body.Value.Algorithm));
        if (offered is null)
        {
            return refused!;
        }

        if (await intake.SpendAsync(offered, old.UserId, cancel) is { } spent)
        {
            return spent;
        }

        var next = intake.Accept(context, offered, old.Custody, body.Value.Name ?? old.Name, "rotation");
        var (change, key) = await store.RotateAsync(old, next, origin, cancel);
        return key is null ? KeyRefusals.Of(change) : Created(key);
    }

    internal static async Task<IResult> ResumeAsync(
        Guid id, CurrentSession session, RequestOrigin origin, ClientKeyStore store, CancellationToken cancel) =>
        await store.ResumeAsync(session.Session.UserId, id, origin, cancel) switch
        {
            KeyChange.Done or KeyChange.Already => TypedResults.NoContent(),
            var change => KeyRefusals.Of(change),
        };

    internal static IResult Created(ClientKeyRow key) =>
        TypedResults.Json(CreatedKeyView.Of(key), WireJson.Options, statusCode: StatusCodes.Status201Created);
}
