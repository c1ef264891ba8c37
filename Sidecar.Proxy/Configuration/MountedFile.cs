using System.Text.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>
/// A JSON file of configuration that is mounted into the container. It is read again rather than watched: a ConfigMap is swapped by
/// a symbolic link beside it, which file watchers miss, and inotify is scarce where many containers share a node.
/// </summary>
/// <param name="path">The file's path.</param>
/// <param name="name">The key or variable the operator named it by.</param>
public sealed class MountedFile(string path, string name) : ConfigurationProvider, IConfigurationSource
{
    /// <summary>The environment variable whose value is the file's path.</summary>
    public const string Variable = "SIDECAR_CONFIG";

    /// <summary>The key whose value is the file's path.</summary>
    public const string PathKey = "Sidecar:ConfigurationFile";

    // Everything else at the top would have no effect, which is what a misspelt section looks like.
    private static readonly string[] Sections = [SidecarOptions.Section, "Logging"];

    private byte[]? _judged;
    private byte[]? _seen;
    private bool _loaded;

    /// <summary>The file's path.</summary>
    public string Path { get; } = path;

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="ConfigurationException">It cannot be read or used.</exception>
    public override void Load()
    {
        // The host loads its sources again whenever one is added.
        if (_loaded)
            return;
        _judged = _seen = Read(out var failure);
        Data = Parse(_judged, failure);
        _loaded = true;
    }

    /// <summary>
    /// Puts what the file holds now in force, if it has changed since it was last judged, is no longer being written, and
    /// <paramref name="accept"/> has nothing against it.
    /// </summary>
    /// <param name="accept">Looks at the whole configuration; it throws to refuse it.</param>
    /// <returns>Whether it had changed and was accepted.</returns>
    /// <exception cref="ConfigurationException">It was refused; the old content stays in force, and is not judged again until it changes.</exception>
    public bool Reload(Action accept)
    {
        ArgumentNullException.ThrowIfNull(accept);

        var content = Read(out var failure);
        if (IsSame(content, _judged))
        {
            _seen = content;
            return false;
        }

        // Two looks with the same result: not every editor replaces a file in one step.
        if (!IsSame(content, _seen))
        {
            _seen = content;
            return false;
        }

        _judged = content;
        var before = Data;
        try
        {
            Data = Parse(content, failure);
            accept();
        }
        catch (ConfigurationException)
        {
            Data = before;
            throw;
        }

        OnReload();
        return true;
    }

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc />
    public override string ToString() => Path;

    private static bool IsSame(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);

    private byte[]? Read(out string? failure)
    {
        failure = null;
        try
        {
            return File.ReadAllBytes(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = exception is FileNotFoundException or DirectoryNotFoundException ? "it is not there" : exception.Message;
            return null;
        }
    }

    private Dictionary<string, string?> Parse(byte[]? content, string? failure)
    {
        if (content is null)
            throw Problem(failure!);
        IConfigurationRoot parsed;
        try
        {
            using var stream = new MemoryStream(content);
            parsed = new ConfigurationBuilder().AddJsonStream(stream).Build();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Problem(exception.GetBaseException().Message);
        }

        if (parsed.GetChildren().FirstOrDefault(child => !Sections.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } stray)
            throw Problem($"it has '{stray.Key}' where only {string.Join(" and ", Sections)} can be");
        var empty = EmptySections.Of(content);
        return parsed.AsEnumerable()
            .Where(pair => pair.Value is not null || empty.Contains(pair.Key))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
    }

    private ConfigurationException Problem(string reason) => new([new(name, Path, $"a JSON file that can be used: {reason.ReplaceLineEndings(" ")}")]);
}
