using System.Text.RegularExpressions;

namespace Aspire.Hosting.JavaScript;

/// <summary>The Dockerfile of a Node.js application that brings none.</summary>
internal static partial class NodeDockerfile
{
    // Aspire's own default.
    private const string DefaultVersion = "22";
    private static readonly string[] s_versionFiles = [".nvmrc", ".node-version"];

    /// <summary>The text.</summary>
    /// <param name="folder">The application's folder, which the build sees.</param>
    /// <param name="scriptPath">The script to run, relative to that folder.</param>
    public static string Of(string folder, string scriptPath)
    {
        var image = $"node:{Version(folder)}-alpine";
        var install = File.Exists(NodePackages.LockFile(folder)) ? "ci" : "install";
        var packages = File.Exists(Path.Combine(folder, "package.json"))
            ? $"COPY package*.json ./\nRUN npm {install} --omit=dev\n"
            : string.Empty;
        return $"""
            FROM {image} AS build
            WORKDIR /app
            {packages}COPY . .

            FROM {image}
            ENV NODE_ENV=production
            WORKDIR /app
            COPY --from=build /app ./
            USER node
            ENTRYPOINT ["node", "{scriptPath.Replace('\\', '/')}"]

            """.ReplaceLineEndings("\n");
    }

    private static string Version(string folder) =>
        s_versionFiles.Select(name => Path.Combine(folder, name)).Where(File.Exists)
            .Select(path => FirstNumber().Match(File.ReadAllText(path)).Value)
            .FirstOrDefault(version => version.Length > 0) ?? DefaultVersion;

    [GeneratedRegex(@"(?<=^\s*v?)\d+")]
    private static partial Regex FirstNumber();
}
