using System.Text.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>
/// A JSON file of configuration that is mounted into the container. It is read again rather than watched: a ConfigMap is swapped by
/// a symbolic link two directories up, which file watchers miss.
/// </summary>
public sealed class MountedFile : ConfigurationProvider, IConfigurationSource
{
    /// <summary>The key whose value is the file's path.</summary>
    public const string PathKey = "Sidecar:ConfigurationFile";

    private byte[] _content = [];

    /// <summary>Names the file.</summary>
    /// <param name="path">Its path.</param>
    public MountedFile(string path) => Path = path;

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or is not JSON.</exception>
    public override void Load()
    {
        if (_content.Length > 0)
            return;
        try
        {
            _content = File.ReadAllBytes(Path);
            Data = Parse(_content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            throw new ConfigurationException([Problem(exception)]);
        }
    }

    /// <summary>Puts what the file holds now in force, if it has changed and <paramref name="accept"/> has nothing against it.</summary>
    /// <param name="accept">Looks at the whole configuration; it throws to refuse it.</param>
    /// <returns>Whether it had changed and was accepted.</returns>
    /// <exception cref="ConfigurationException">It was refused; the old content stays in force, and is not tried again until it changes.</exception>
    public bool Reload(Action accept)
    {
        ArgumentNullException.ThrowIfNull(accept);

        byte[] content;
        try
        {
            content = File.ReadAllBytes(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Between the two steps of a swap there may be nothing at the path; what is in force stays in force.
            return false;
        }

        if (content.AsSpan().SequenceEqual(_content))
            return false;

        _content = content;
        var before = Data;
        try
        {
            Data = Parse(content);
            accept();
            return true;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            Data = before;
            throw new ConfigurationException([Problem(exception)]);
        }
        catch (ConfigurationException)
        {
            Data = before;
            throw;
        }
    }

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc />
    public override string ToString() => Path;

    private static Dictionary<string, string?> Parse(byte[] content)
    {
        using var stream = new MemoryStream(content);
        return new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable()
            .Where(pair => pair.Value is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
    }

    private ConfigurationProblem Problem(Exception exception) =>
        new(PathKey, Path, $"a file of JSON that can be read ({exception.GetBaseException().Message.ReplaceLineEndings(" ")})");
}
