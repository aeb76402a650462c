-- The same roads, shortest way: how fast anything is driven does not matter.
local car = require('osrm_same_roads')
local setup = car.setup

function car.setup()
  local profile = setup()
  profile.properties.weight_name = 'distance'
  return profile
end

return car
