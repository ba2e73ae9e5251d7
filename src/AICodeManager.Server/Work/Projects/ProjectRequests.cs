using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Attacks;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Reads the two forms in which a project is asked for: JSON, and a form with an archive.</summary>
public sealed class ProjectRequests(Settings settings, GitSources sources, ProjectFolders folders, FieldJudge attacks)
{
    private const int MaxJson = 16 * 1024, MaxName = 1024, MaxFormOverhead = 64 * 1024;

    public sealed record CreateRequest(string Name, SourceRequest? Source = null);

    public sealed record SourceRequest(string Type, string? Url = null, string? Branch = null);

    /// <summary>
    /// The most bytes that a route of uploads reads. What is uploaded is counted as well, and refused in words; this,
    /// which cuts the connection, comes later.
    /// </summary>
    public static long MostUploaded(IServiceProvider services) => 2 * (services.GetRequiredService<Settings>().Projects.UploadLimit + MaxFormOverhead);

    /// <summary>Either the request or why it is refused.</summary>
    public async Task<(NewProject? Request, Refusal? Refusal)> ReadAsync(HttpContext context, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type))
            return (null, WrongType());
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return Judge(await JsonAsync(context, cancel));
        if (!type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return (null, WrongType());
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        return boundary.Length is > 0 and <= 70
            ? await FormAsync(context, boundary.ToString(), cancel)
            : (null, Refusals.MalformedBody("The form's boundary is missing or longer than 70 characters."));
    }

    private static async Task<CreateRequest> JsonAsync(HttpContext context, CancellationToken cancel)
    {
        BodyLimit.Set(context, MaxJson);
        try
        {
            return await context.Request.ReadFromJsonAsync<CreateRequest>(WireJson.Options, cancel)
                ?? throw new JsonException("null is no project");
        }
        catch (JsonException fault)
        {
            throw new BadHttpRequestException("The body is not the JSON of a project.", 400, fault);
        }
    }

    private (NewProject?, Refusal?) Judge(CreateRequest body)
    {
        var errors = new FieldErrors();
        errors.Name("name", body.Name);
        var asked = body.Source ?? new SourceRequest("empty");
        errors.OneOf("source.type", asked.Type, "empty", "git");
        ProjectSource? source = new EmptySource();
        if (asked.Type == "git")
        {
            if (asked.Branch is not null && !GitSources.IsBranch(asked.Branch))
                errors.Add("source.branch", GitSources.AcceptedBranch);
            source = asked.Url is null ? null : sources.Judge(asked.Url, asked.Branch);
            if (source is null)
                errors.Add("source.url", GitSources.Accepted);
        }
        else if (asked is not { Url: null, Branch: null })
        {
            errors.Add("source", "has a url or branch only where its type is git");
        }

        return errors.Any ? (null, errors.ToRefusal()) : (new NewProject(body.Name, source!), null);
    }

    private async Task<(NewProject?, Refusal?)> FormAsync(HttpContext context, string boundary, CancellationToken cancel)
    {
        var limit = settings.Projects.UploadLimit + MaxFormOverhead;
        if (context.Request.ContentLength > limit)
            return (null, TooLarge());
        var folder = folders.NewUpload();
        var file = Path.Combine(folder, ProjectFolders.UploadName);
        var kept = false;
        try
        {
            string? name = null;
            var uploaded = false;
            var form = new MultipartReader(boundary, context.Request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
            while (await form.ReadNextSectionAsync(cancel) is { } section)
            {
                var field = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var parsed)
                    ? HeaderUtilities.RemoveQuotes(parsed.Name).ToString() : "";
                switch (field)
                {
                    case "name" when name is null:
                        name = await TextAsync(section.Body, cancel);
                        break;
                    case "archive" when !uploaded:
                        if (!await SaveAsync(section.Body, file, cancel))
                            return (null, TooLarge());
                        uploaded = true;
                        break;
                    default:
                        return (null, Refusals.MalformedBody("The form has the parts 'name' and 'archive', once each."));
                }
            }

            var errors = new FieldErrors();
            errors.Name("name", name);
            if (!uploaded || new FileInfo(file).Length == 0)
                errors.Add("archive", "must be a tar, tar.gz, tar.xz, tar.zst or zip file");
            if (errors.Any)
                return (null, errors.ToRefusal());
            if (attacks.Judge(context, "name", name!) is { } attack)
                return (null, attack);
            kept = true;
            return (new NewProject(name!, new ArchiveSource(folder)), null);
        }
        catch (InvalidDataException)
        {
            return (null, Refusals.MalformedBody("The form cannot be read: its headers are too long or too many."));
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            return (null, Refusals.MalformedBody("The form ended before its closing boundary."));
        }
        finally
        {
            if (!kept)
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<bool> SaveAsync(Stream body, string file, CancellationToken cancel)
    {
        // Readable for the sandbox's user, who reads it through a mount; the folder above lets nobody list it.
        await using var saved = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        });
        return await BoundedCopy.CopyAsync(body, saved, settings.Projects.UploadLimit, cancel);
    }

    private static async Task<string?> TextAsync(Stream body, CancellationToken cancel)
    {
        using var text = new MemoryStream();
        return await BoundedCopy.CopyAsync(body, text, MaxName, cancel) ? Encoding.UTF8.GetString(text.ToArray()) : null;
    }

    private Refusal TooLarge() => Refusals.TooLarge($"An archive may have at most {settings.Projects.UploadLimit} bytes.");

    private static Refusal WrongType() => new(415, "unsupported_media_type", "This route does not take that content type.")
    {
        Detail = "Accepted: application/json, or multipart/form-data with 'name' and 'archive'.",
    };
}

/// <summary>A project that was asked for and found acceptable. Disposing removes its upload unless it was taken.</summary>
public sealed class NewProject(string name, ProjectSource source) : IDisposable
{
    private bool taken;

    public string Name => name;

    public ProjectSource Source => source;

    /// <summary>Hands the source, and the care for its upload, to the preparation.</summary>
    public ProjectSource Take()
    {
        taken = true;
        return source;
    }

    public void Dispose()
    {
        if (!taken && source is ArchiveSource archive)
            Directory.Delete(archive.Folder, recursive: true);
    }
}
