using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aspire.Hosting.Dcp;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DcpService))]
[JsonSerializable(typeof(DcpExecutable))]
[JsonSerializable(typeof(DcpWatchEvent))]
internal sealed partial class DcpJsonContext : JsonSerializerContext;
