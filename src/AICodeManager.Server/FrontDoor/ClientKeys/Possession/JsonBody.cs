using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Possession;

/// <summary>A body of JSON together with the bytes it came in, for endpoints that compare it with a digest.</summary>
public sealed record JsonBody<T>(T Value, ReadOnlyMemory<byte> Bytes) : IBindableFromHttpContext<JsonBody<T>>
    where T : class
{
#pragma warning disable CA1000 // The framework finds the binder on the type itself.
    /// <exception cref="BadHttpRequestException">Another content type (415), too large (413), or no such JSON (400).</exception>
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("The content type is not JSON.", StatusCodes.Status415UnsupportedMediaType);
        }

        var bytes = await ReadAsync(context.Request.Body, context.RequestAborted);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            return JsonSerializer.Deserialize<T>(bytes.Span, options) is { } value
                ? new JsonBody<T>(value, bytes)
                : throw new BadHttpRequestException("The body is null.");
        }
        catch (JsonException fault)
        {
            throw new BadHttpRequestException("The body is not the JSON that is accepted.", StatusCodes.Status400BadRequest, fault);
        }
    }
#pragma warning restore CA1000

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, CancellationToken cancel)
    {
        // To the very end: a stream that checks its own digest throws only there.
        var buffer = new byte[JsonBodies.MaxBytes + 1];
        for (var length = 0; ;)
        {
            var read = await body.ReadAsync(buffer.AsMemory(length), cancel);
            length += read;
            if (length > JsonBodies.MaxBytes)
            {
                throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
            }

            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }
        }
    }
}

/// <summary>Bounds of <see cref="JsonBody{T}"/>.</summary>
public static class JsonBodies
{
    /// <summary>Bytes of the largest body: any key that is accepted, in any form, several times over.</summary>
    public const int MaxBytes = 16 << 10;
}
