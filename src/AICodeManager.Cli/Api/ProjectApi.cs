using System.Net.Http.Headers;
using System.Text.Json;

namespace AICodeManager.Cli.Api;

/// <summary>The routes of projects and their working copies.</summary>
internal sealed class ProjectApi(ApiConnection connection)
{
    public Task<Reply<IReadOnlyList<Project>>> ListAsync(string workspace, CancellationToken cancellationToken) =>
        connection.ListAsync(In(workspace), CliJson.Default.Project, cancellationToken);

    public Task<Reply<Project>> CreateAsync(string workspace, CreateProjectRequest request, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, In(workspace)) { Body = () => CliJson.Body(request, CliJson.Default.CreateProjectRequest) },
            CliJson.Default.Project, cancellationToken);

    /// <summary>Creates a project from an archive (tar, tar.gz or zip) on this machine.</summary>
    public Task<Reply<Project>> CreateAsync(string workspace, string name, FileInfo archive, CancellationToken cancellationToken)
    {
        // One for all sendings: what is hashed must be what is sent.
        var boundary = Guid.NewGuid().ToString("n");
        return connection.ReadAsync(
            new Request(HttpMethod.Post, In(workspace)) { Body = () => Form(boundary, name, archive), IsTransfer = true },
            CliJson.Default.Project, cancellationToken);
    }

    public Task<Reply<Project>> GetAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync(At(id), CliJson.Default.Project, cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, At(id)), cancellationToken);

    public Task<Reply<IReadOnlyList<FileEntry>>> FilesAsync(string id, string? folder, CancellationToken cancellationToken) =>
        connection.ListAsync(
            $"{At(id)}/files{(folder is null ? "" : $"?path={Uri.EscapeDataString(folder)}")}", CliJson.Default.FileEntry, cancellationToken);

    /// <summary>The file's bytes; the caller disposes of the response.</summary>
    public Task<HttpResponseMessage> DownloadAsync(string id, string path, CancellationToken cancellationToken) =>
        connection.SendAsync(
            new Request(HttpMethod.Get, $"{At(id)}/files/{Route.File(path)}") { Accept = "*/*", IsTransfer = true },
            HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public Task UploadAsync(string id, string path, FileInfo file, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Put, $"{At(id)}/files/{Route.File(path)}") { Body = () => Content(file), IsTransfer = true }, cancellationToken);

    /// <summary>The unified diff, as bytes; the caller disposes of the response.</summary>
    public Task<HttpResponseMessage> DiffAsync(string id, CancellationToken cancellationToken) =>
        connection.SendAsync(
            new Request(HttpMethod.Get, $"{At(id)}/diff") { Accept = "text/x-diff", IsTransfer = true },
            HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public Task<Reply<JsonElement>> DiffDocumentAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync($"{At(id)}/diff", CliJson.Default.JsonElement, cancellationToken);

    public Task<Reply<CommitAnswer>> CommitAsync(string id, string message, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, $"{At(id)}/commit") { Body = () => CliJson.Body(new(message), CliJson.Default.CommitRequest) },
            CliJson.Default.CommitAnswer, cancellationToken);

    /// <param name="paths">Null: everything.</param>
    public Task DiscardAsync(string id, IReadOnlyList<string>? paths, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Post, $"{At(id)}/discard") { Body = () => CliJson.Body(new(paths), CliJson.Default.DiscardRequest) },
            cancellationToken);

    private static string In(string workspace) => $"/workspaces/{Route.Segment(workspace)}/projects";

    private static string At(string id) => $"/projects/{Route.Segment(id)}";

    private static MultipartFormDataContent Form(string boundary, string name, FileInfo archive) => new(boundary)
    {
        { new StringContent(name), "name" },
        { Content(archive), "archive", archive.Name },
    };

    private static StreamContent Content(FileInfo file)
    {
        var content = new StreamContent(file.OpenRead());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}
